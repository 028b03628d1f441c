import type { z } from "zod";
import type { Item } from "./capabilities.js";
import { known } from "./values.js";

interface VendorItem {
  readonly sku?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly quantity?: number | null | undefined;
  readonly price: z.infer<typeof Item>["price"];
}

/**
 * All items of an order, or none: a list with a gap, or with a quantity that is no count, would read as the whole order.
 */
export function itemsFrom(items: readonly VendorItem[] | null | undefined): z.infer<typeof Item>[] | undefined {
  const read = items?.flatMap(({ sku, name, quantity, price }) => {
    const count = countOf(quantity);
    return typeof name === "string" && count !== undefined ? [known({ sku, name, quantity: count, price })] : [];
  });
  return read !== undefined && read.length > 0 && read.length === items?.length ? read : undefined;
}

/** A number of pieces; undefined for anything that cannot be one. */
export function countOf(value: number | null | undefined): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
