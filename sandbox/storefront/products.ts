/** The range of Orchard & Pine; the same names and prices stand in `demo-world.json`. */
export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly note: string;
  readonly price: number;
  readonly kind: "bag" | "box" | "mug" | "filter" | "kettle" | "tin";
  /** Body, label. */
  readonly colors: readonly [string, string];
}

export const PRODUCTS: readonly Product[] = [
  {
    sku: "HB1",
    name: "House blend 1 kg",
    note: "Cocoa, hazelnut, soft",
    price: 24,
    kind: "bag",
    colors: ["#23553f", "#f3e6cf"],
  },
  {
    sku: "DR1",
    name: "Dark roast 1 kg",
    note: "Molasses, smoke, bold",
    price: 25,
    kind: "bag",
    colors: ["#3b2a24", "#e9c9a0"],
  },
  {
    sku: "SO250",
    name: "Huila single origin 250 g",
    note: "Red apple, caramel",
    price: 14.5,
    kind: "bag",
    colors: ["#b6492f", "#fbe9d6"],
  },
  {
    sku: "DC500",
    name: "Decaf 500 g",
    note: "Milk chocolate, round",
    price: 16,
    kind: "bag",
    colors: ["#6a7fa0", "#f1f0ea"],
  },
  {
    sku: "TS6",
    name: "Taster set of six",
    note: "Six roasts, 60 g each",
    price: 29,
    kind: "box",
    colors: ["#d9a441", "#4a3423"],
  },
  {
    sku: "PF100",
    name: "Paper filters, 100",
    note: "Unbleached, size 02",
    price: 6.5,
    kind: "filter",
    colors: ["#c9b18c", "#7a5f3c"],
  },
  { sku: "MG1", name: "Pine mug", note: "Stoneware, 300 ml", price: 18, kind: "mug", colors: ["#4d7a5d", "#f3ede1"] },
  {
    sku: "KT1",
    name: "Gooseneck kettle",
    note: "Steel, 0.9 l",
    price: 64,
    kind: "kettle",
    colors: ["#8b9490", "#2c3330"],
  },
];
