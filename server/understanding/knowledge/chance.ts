/** How likely a passage is to answer a question, and how likely is likely enough: numbers chosen on questions, not by hand. */
import { readFileSync } from "node:fs";
import { z } from "zod";

/** What speaks for a passage. */
export interface Signs {
  /** Cosine of the question and the nearest of the passage's questions or its title. */
  readonly asked: number;
  /** The same of the nearest sentence of its text. */
  readonly said: number;
  /** Share of the question's words that the passage has. */
  readonly words: number;
}

const Bar = z.strictObject({
  /** Weight of each sign, and of the lead over the second passage; `offset` is added. */
  asked: z.number(),
  said: z.number(),
  words: z.number(),
  lead: z.number(),
  offset: z.number(),
  /** A passage less likely than this is not quoted. */
  least: z.number(),
  /** On which questions, and by what rule. */
  howChosen: z.string(),
});
export type Bar = z.infer<typeof Bar>;

/** Of the signs alone: for the order of passages. Chosen once; the bar rests on it. */
export function fused({ asked, said, words }: Signs): number {
  return asked + 0.3 * said + 0.4 * words;
}

/** 0 to 1. `lead`: how far the passage is before the next one, in `fused`. */
export function chanceOf({ asked, said, words }: Signs, lead: number, bar: Omit<Bar, "least" | "howChosen">): number {
  const odds = bar.asked * asked + bar.said * said + bar.words * words + bar.lead * lead + bar.offset;
  return 1 / (1 + Math.exp(-odds));
}

/** The one that was chosen for the shipped encoder: kept beside the code. */
export function shippedBar(): Bar {
  return Bar.parse(JSON.parse(readFileSync(new URL("./bar.json", import.meta.url), "utf8")));
}
