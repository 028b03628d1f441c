/** Which goods of an order a shopper speaks of: "the mug arrived broken", "refund only the socks", "one of the two mugs". */
import { z } from "zod";
import { Item, Money } from "../connectors/index.js";

export const PART_OF_ORDER = {
  args: z.strictObject({
    items: z.unknown().describe("The goods of the order, as it was read"),
    text: z.string().describe("What the shopper wrote"),
    priced: z.boolean().default(false).describe("Whether it is of use only where all its prices are known"),
  }),
  result: z.strictObject({
    items: z.array(Item).min(1),
    /** "1 × Mug", as a shopper reads it: counted wherever there was more than one of it. */
    words: z.string(),
    /** What these goods cost together; absent where a price is not known. */
    amount: Money.optional(),
  }),
} as const;

type Goods = z.infer<typeof Item>;
type Part = z.infer<typeof PART_OF_ORDER.result>;

/** @returns undefined where no goods are named, or all of them: then it is about the order as a whole */
export function partOfOrder({ items, text, priced }: z.infer<typeof PART_OF_ORDER.args>): Part | undefined {
  const goods = z.array(Item).safeParse(items).data ?? [];
  const said = wordsOf(text);
  const named = goods.flatMap((item) => {
    const heard = namedBy(item, goods, said);
    return heard === undefined ? [] : [{ ...item, quantity: howMany(item, heard, said) }];
  });
  const isAll = goods.every(({ name, quantity }) =>
    named.some((each) => each.name === name && each.quantity === quantity),
  );
  if (named.length === 0 || isAll) return undefined;
  const amount = sumOf(named);
  if (amount === undefined && priced) return undefined;
  const words = named.map((item) => inWords(item, goods)).join(", ");
  return { items: named, words, ...(amount !== undefined && { amount }) };
}

/** Words of names that say nothing when they stand in a complaint. */
const EVERYDAY = new Set(
  "again all arrived back box broken damaged gift good item items money new old order orders package parcel pack please refund replace return send set the wrong".split(
    " ",
  ),
);

/** The word by which an item is meant: its first or last telling word, and no other item's. */
function namedBy({ name }: Goods, goods: readonly Goods[], said: readonly string[]): string | undefined {
  const others = new Set(goods.filter((each) => each.name !== name).flatMap((each) => wordsOf(each.name)));
  const telling = wordsOf(name).filter((word) => /^\p{L}{3,}$/u.test(word) && !EVERYDAY.has(word) && !others.has(word));
  const heads = [telling.at(-1), telling[0]].filter((word) => word !== undefined);
  return said.find((word) => heads.some((head) => word === head || word === `${head}s` || `${word}s` === head));
}

const NUMBERS: readonly (readonly string[])[] = [
  ["1", "one", "ein", "eine", "einen", "einer", "eines", "un", "uno", "una"],
  ["2", "two", "zwei", "dos"],
  ["3", "three", "drei", "tres"],
  ["4", "four", "vier", "cuatro"],
  ["5", "five", "fünf", "funf", "cinco"],
];

/** "one of the two mugs", "a mug" of two; all of them where nothing else is said. */
function howMany({ name, quantity }: Goods, heard: string, said: readonly string[]): number {
  if (quantity === 1) return 1;
  const numbers = said.flatMap((word) => {
    const number = NUMBERS.findIndex((words) => words.includes(word)) + 1;
    return number > 0 && number <= quantity ? [number] : [];
  });
  const fewer = numbers.filter((number) => number < quantity);
  if (fewer.length > 0) return Math.min(...fewer);
  // "The mug", where it is sold as "Mug" and there are two of it.
  const isSingular = !heard.endsWith("s") && wordsOf(name).includes(heard);
  return isSingular && numbers.length === 0 && !said.some((word) => BOTH.has(word)) ? 1 : quantity;
}

const BOTH = new Set(["all", "alle", "beide", "beiden", "both", "ambas", "ambos", "todas", "todos"]);

function inWords({ name, quantity }: Goods, goods: readonly Goods[]): string {
  const ordered = goods.find((each) => each.name === name)?.quantity ?? quantity;
  return ordered > 1 ? `${quantity} × ${name}` : name;
}

function sumOf(goods: readonly Goods[]): z.infer<typeof Money> | undefined {
  const [first] = goods;
  const currency = first?.price?.currency;
  if (currency === undefined || goods.some(({ price }) => price?.currency !== currency)) return undefined;
  return {
    currency,
    amountMinor: goods.reduce((sum, { price, quantity }) => sum + (price?.amountMinor ?? 0) * quantity, 0),
  };
}

function wordsOf(text: string): string[] {
  return (
    text
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}
