import { findAddress, findPostcode } from "./read-address.js";
import { findDate } from "./read-date.js";
import { findEmail } from "./read-email.js";
import { findAmount, findPhone } from "./read-money.js";
import { findOrderNumbers } from "./read-order-number.js";
import type { Slot, UnderstandContext } from "./understood.js";

/** Longer messages are read to here; what a slot is looked for in is hardly ever later. */
export const MAX_READ = 2_000;

/** Everything typed that a message holds, each with its place. A stretch of text is used once: an amount is no order number. */
export function findSlots(text: string, context: UnderstandContext): Record<string, Slot> {
  let rest = text.slice(0, MAX_READ).replace(/https?:\/\/\S{1,500}/giu, (link) => " ".repeat(link.length));
  const slots: Record<string, Slot> = {};
  const keep = (name: string, slot: Slot | undefined): void => {
    if (slot === undefined) return;
    slots[name] = slot;
    rest = rest.slice(0, slot.start) + "\0".repeat(slot.end - slot.start) + rest.slice(slot.end);
  };
  keep("email", findEmail(rest));
  keep("address", findAddress(rest, context.locale));
  keep("amount", findAmount(rest));
  keep("phone", findPhone(rest));
  keep("date", findDate(rest, context));
  if (slots.address === undefined) keep("postcode", findPostcode(rest));
  const asked = context.question?.type === "order_number";
  const numbers = findOrderNumbers(rest, context.orderNumberPattern, asked);
  // Six digits alone, while a code is asked for, are the code.
  const isCode = ({ value }: Slot): boolean => context.question?.type === "code" && /^\d{6}$/.test(String(value));
  keep(
    "order_number",
    numbers.find((number) => !isCode(number)),
  );
  return slots;
}

/** The same in what follows a place; where it was found is told in the whole text. */
export function findSlotsFrom(text: string, from: number, context: UnderstandContext): Record<string, Slot> {
  const found = Object.entries(findSlots(text.slice(from), context));
  return Object.fromEntries(
    found.map(([name, slot]) => [name, { ...slot, start: slot.start + from, end: slot.end + from }]),
  );
}
