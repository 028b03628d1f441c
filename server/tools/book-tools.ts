/**
 * Tools of our own that look into our own books: what was offered to keep a subscription, and which
 * delivery was skipped here. They change nothing outside, and so need no yes.
 */
import { z } from "zod";
import { type Effect, effectsOfFamily, effectsSince, intendEffect, moveEffect, type Store } from "../store/index.js";

/** How far back is looked: longer than any period between two offers. */
const MEMORY_DAYS = 730;
const DAY_MS = 86_400_000;
/** In the journal, where an outside system stands for other lines. */
export const OWN_SYSTEM = "aftersale";
const NOTE = "note_offer";

const subscriptionId = z.string().describe("From the shopper's own subscriptions, never from the chat");

export const BOOK_TOOLS = {
  retention_offers: {
    args: z.strictObject({ subscription_id: subscriptionId }),
    result: z.strictObject({
      count: z.number().int().nonnegative().describe("Made so far, whether taken or not"),
      last_at: z.iso.datetime({ offset: true }).nullable().describe("When the latest was made; null when none was"),
      last_offer: z.string().nullable(),
    }),
  },
  note_offer: {
    args: z.strictObject({ subscription_id: subscriptionId, offer: z.string().describe("What was offered") }),
    result: z.strictObject({}),
  },
  last_skip: {
    args: z.strictObject({ subscription_id: subscriptionId }),
    result: z.strictObject({
      skipped: z.iso.datetime({ offset: true }).describe("The delivery that was skipped here, and not brought back"),
    }),
  },
} as const;
export type BookTool = keyof typeof BOOK_TOOLS;

export interface Booking {
  readonly store: Store;
  readonly conversation: string;
  /** The last committed turn: the same turn taken again notes nothing twice. */
  readonly turn: number;
  readonly email: string;
  readonly policy: string;
  readonly now: number;
}

type Answer = { readonly result: "ok"; readonly value: unknown } | { readonly result: "not_found" };
type Args<Name extends BookTool> = z.infer<(typeof BOOK_TOOLS)[Name]["args"]>;

/** The table is typed by the tools: one that is declared and does nothing does not compile. */
export const bookTools: { readonly [Name in BookTool]: (args: Args<Name>, booking: Booking) => Promise<Answer> } = {
  async retention_offers({ subscription_id }, { store }) {
    const made = await store.read((tx) => effectsOfFamily(tx, offersOf(subscription_id)));
    const last = made.at(-1);
    return ok({
      count: made.length,
      last_at: last === undefined ? null : new Date(last.createdAt).toISOString(),
      last_offer: last === undefined ? null : String((last.arguments as { offer?: unknown }).offer ?? ""),
    });
  },

  async note_offer(args, { store, conversation, turn, email, policy, now }) {
    const family = offersOf(args.subscription_id);
    const key = `${family}#${conversation}-${turn + 1}`;
    await store.write(async (tx) => {
      const { isNew } = await intendEffect(tx, {
        key,
        family,
        conversation,
        turn,
        tool: NOTE,
        capability: NOTE,
        system: OWN_SYSTEM,
        arguments: args,
        authorisedBy: { email, policy },
        at: now,
      });
      if (isNew) await moveEffect(tx, key, ["intended"], "done", { at: now, receipt: `offered: ${args.offer}` });
    });
    return ok({});
  },

  async last_skip({ subscription_id }, { store, now }) {
    return store.read(async (tx) => {
      const skips = await effectsSince(tx, "skip_shipment", now - MEMORY_DAYS * DAY_MS);
      for (const skip of skips.filter(isOf(subscription_id)).reverse()) {
        const standing = (await effectsOfFamily(tx, skip.family)).findLast(({ status }) => status === "done");
        if (standing?.key === skip.key) return ok({ skipped: (skip.arguments as { next_charge: string }).next_charge });
      }
      return { result: "not_found" };
    });
  },
};

function offersOf(subscription: string): string {
  return `offer:subscription:${subscription}`;
}

function isOf(subscription: string): (effect: Effect) => boolean {
  return ({ status, arguments: args }) =>
    status === "done" && (args as { subscription_id?: unknown }).subscription_id === subscription;
}

function ok(value: unknown): Answer {
  return { result: "ok", value };
}
