/** The shop of the load test: a policy of thirty questions, so that a conversation can go on without any vendor. */
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../../server/shop-files.js";

export const QUESTIONS = 30;
/** Begins the questions anew; the same words each time. */
export const START = "where is my order?";

/** How the question after `answered` answers is answered, without any need to understand a sentence. */
export function answerTo(answered: number, unique: number): { text: string; choice?: string } {
  const at = answered % QUESTIONS;
  if (at % 3 === 0) return { text: "The second one", choice: "second" };
  if (at % 3 === 1) return { text: unique % 2 === 0 ? "yes" : "no" };
  return { text: String(100_000 + (unique % 900_000)) };
}

/** Writes the merchant's folder: the project's own words and intents, and this one policy. */
export function writeShop(root: string): void {
  const step = (at: number): object => {
    const ask = { id: `q${at}`, slot: `s${at}`, then: at + 1 === QUESTIONS ? "over" : `q${at + 1}` };
    if (at % 3 === 0) {
      const choices = ["first", "second", "third"].map((value) => ({ value, label: `bench.${value}` }));
      return { ...ask, ask: "bench.which", type: "choice", choices };
    }
    if (at % 3 === 1) return { ...ask, ask: "bench.sure", type: "yes_no" };
    return { ...ask, ask: "bench.number", type: "number" };
  };
  const policy = {
    id: "bench",
    title: "Where is my order?",
    when: "The shopper asks about an order.",
    intents: ["wismo"],
    steps: [
      ...Array.from({ length: QUESTIONS }, (_, at) => step(at)),
      { id: "over", say: "bench.over", then: "end" },
      { id: "end", end: "answered" },
    ],
  };
  const texts = {
    which: "Which order is it about? There are three of them, and each is a little different from the others.",
    first: "The first one",
    second: "The second one",
    third: "The third one",
    sure: "Are you sure that it is this order, and that it has not arrived?",
    number: "What is the number on the parcel's label?",
    over: "That was all about your order.",
  };
  mkdirSync(join(root, "policies", "macros"), { recursive: true });
  mkdirSync(join(root, "rules"), { recursive: true });
  mkdirSync(join(root, "embeddings"), { recursive: true });
  cpSync(join(PROJECT, "policies", "macros", "en"), join(root, "policies", "macros", "en"), { recursive: true });
  symlinkSync(join(PROJECT, "embeddings", "intents"), join(root, "embeddings", "intents"));
  writeFileSync(join(root, "policies", "bench.policy.json"), JSON.stringify(policy));
  writeFileSync(join(root, "policies", "macros", "en", "bench.json"), JSON.stringify(texts));
}
