/** Tools of our own that work with what was read or said before. They ask nobody and change nothing. */
import { z } from "zod";
import { Product } from "../connectors/index.js";
import { namedAmong } from "../formats/index.js";
import { PART_OF_ORDER, partOfOrder } from "./part-of-order.js";

export const PICKING_TOOLS = {
  named_product: {
    args: z.strictObject({
      products: z.unknown().describe("The products, as they were listed"),
      text: z.string().describe("What the shopper wrote"),
      except: z.string().nullable().optional().describe("The name of one that is not meant: what is to be replaced"),
    }),
    result: Product,
  },
  part_of_order: PART_OF_ORDER,
  moment_of: {
    args: z.strictObject({ day: z.string().describe("2026-05-10, as a question for a date is answered") }),
    result: z.strictObject({ at: z.iso.datetime({ offset: true }) }),
  },
} as const;
export type PickingTool = keyof typeof PICKING_TOOLS;

const Products = z.array(Product);
type Args<Name extends PickingTool> = z.infer<(typeof PICKING_TOOLS)[Name]["args"]>;

export const pickingTools: { readonly [Name in PickingTool]: (args: Args<Name>) => unknown } = {
  /** The one product that a text names; undefined when it is none or several. */
  named_product({ products, text, except }) {
    const meant = (Products.safeParse(products).data ?? []).filter(({ name }) => name !== except);
    return namedAmong(
      text,
      meant.map((product) => ({ thing: product, names: [product.name] })),
    );
  },

  part_of_order: partOfOrder,

  /** Noon in Greenwich: the same day nearly everywhere that people live. */
  moment_of: ({ day }) => (z.iso.date().safeParse(day).success ? { at: `${day}T12:00:00.000Z` } : undefined),
};
