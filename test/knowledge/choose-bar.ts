/**
 * For maintainers, after a change to the encoder or to how passages are found:
 *
 *     node --import tsx test/knowledge/choose-bar.ts
 *
 * Chooses `server/understanding/knowledge/bar.json` on the questions marked `choose`; the others are for the test that
 * holds it. Two runs write the same bytes.
 */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Compared, fused, openClassifier, openKnowledge, shippedPassages } from "./material.js";
import { ASKED_PER_WRONG, isRight, questions } from "./questions.js";

/** One wrong answer in twice as many questions as the budget has: what is chosen on some questions holds less well on others. */
const RESERVE = 2;
const STEPS = 20_000;
const RATE = 0.5;
/** Keeps the weights small. */
const SHRINK = 1 / 1_000;

interface Case {
  /** As in `chanceOf`: asked, said, words, lead, and 1 for the offset. */
  readonly signs: readonly number[];
  readonly isRight: boolean;
}

const classifier = await openClassifier();
const knowledge = await openKnowledge(await shippedPassages(), classifier);
const cases: Case[] = [];
for (const question of questions.filter(({ split }) => split === "choose")) {
  const { compared } = await knowledge.find(question.text, "en");
  const [best] = compared;
  if (best !== undefined) cases.push({ signs: signsOf(best, compared[1]), isRight: isRight(question, best.id) });
}
await classifier.close();

const weights = learned(cases);
const ranked = cases
  .map((each) => ({ ...each, chance: chance(each.signs, weights) }))
  .sort((a, b) => b.chance - a.chance);
const mayBeWrong = Math.floor(cases.length / (ASKED_PER_WRONG * RESERVE));
const firstTooMany = ranked.filter(({ isRight: right }) => !right)[mayBeWrong]?.chance ?? 0;
const answered = ranked.filter((each) => each.chance > firstTooMany);
const [asked, said, words, lead, offset] = weights.map(rounded);
const bar = {
  asked,
  said,
  words,
  lead,
  offset,
  least: Math.ceil(firstTooMany * 1_000 + 1) / 1_000,
  howChosen:
    `${cases.length} hand-written questions (test/knowledge/questions.jsonl, marked choose), a third of which no passage answers: weights by ` +
    `logistic regression; then the lowest bar at which at most 1 of ${ASKED_PER_WRONG * RESERVE} questions gets a wrong passage. There ` +
    `${answered.filter((each) => each.isRight).length} are answered rightly and ${answered.filter((each) => !each.isRight).length} wrongly`,
};
const file = fileURLToPath(new URL("../../server/understanding/knowledge/bar.json", import.meta.url));
await writeFile(file, `${JSON.stringify(bar, null, 2)}\n`);
process.stdout.write(`${JSON.stringify(bar, null, 2)}\n`);

function signsOf(best: Compared, second: Compared | undefined): number[] {
  const lead = fused(best) - (second === undefined ? 0 : fused(second));
  return [best.asked, best.said, best.words, lead, 1];
}

/** Logistic regression by plain gradient descent: few numbers, few cases, and the same result every time. */
function learned(all: readonly Case[]): number[] {
  const found = [0, 0, 0, 0, 0];
  for (let step = 0; step < STEPS; step++) {
    const slope = found.map((weight, at) => (at === found.length - 1 ? 0 : weight * SHRINK));
    for (const { signs, isRight: right } of all) {
      const error = chance(signs, found) - (right ? 1 : 0);
      for (const [at, sign] of signs.entries()) slope[at] = (slope[at] as number) + (error * sign) / all.length;
    }
    for (const [at, by] of slope.entries()) found[at] = (found[at] as number) - RATE * by;
  }
  return found;
}

function chance(signs: readonly number[], by: readonly number[]): number {
  return 1 / (1 + Math.exp(-signs.reduce((sum, sign, at) => sum + sign * (by[at] as number), 0)));
}

function rounded(weight: number): number {
  return Math.round(weight * 1_000) / 1_000;
}
