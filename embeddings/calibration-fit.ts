import { answerable, type Calibration, COSTLY, probabilities, type ScoredMessage } from "./calibration.js";
import { OUT_OF_SCOPE } from "./intents-load.js";

export interface LabelledMessage extends ScoredMessage {
  readonly label: string;
}

export interface Budgets {
  /** Of what is accepted without asking, this share may be wrong. */
  readonly wrongWhenAccepted: number;
  /** In this share of all messages a policy that moves money may be started wrongly. */
  readonly costlyStarts: number;
  /** Of what is asked about, the right intent must be among the three offered in this share. */
  readonly rightAmongThree: number;
}

export const BUDGETS: Budgets = {
  wrongWhenAccepted: 0.075,
  costlyStarts: 0.01,
  rightAmongThree: 0.8,
};

/** Out-of-scope messages count for at least this share, however few were held back: shoppers write more than a sample holds. */
const OUT_OF_SCOPE_SHARE = 0.12;
const FEWEST_OUT_OF_SCOPE = 20;
const FEWEST_ACCEPTED = 25;

/**
 * ln 0.4: a wrong start costs more than a wrong question. On the development messages this takes a quarter off the money
 * policies that come first wrongly, and no accuracy; from ln 0.3 on accuracy falls.
 */
const COSTLY_BIAS = -0.92;

type Shape = Pick<Calibration, "sharpness" | "votes" | "outOfScope" | "distance" | "costly">;

/** Chooses the calibration with the lowest log loss on held-back messages, then thresholds by the budgets. */
export function fitCalibration(
  messages: readonly LabelledMessage[],
  labels: readonly string[],
  howChosen: string,
  budgets: Budgets = BUDGETS,
): Calibration {
  const outOfScope = messages.filter(({ label }) => label === OUT_OF_SCOPE).length;
  const known = outOfScope >= FEWEST_OUT_OF_SCOPE;
  const shape = known ? fitShape(messages, labels, outOfScope) : fitWithoutOutOfScope(messages, labels);
  const judged = messages.map((message) => judge(message, labels, shape));
  const accept = threshold(
    judged.filter(({ intent }) => !COSTLY.has(intent)),
    budgets.wrongWhenAccepted,
  );
  const round = (value: number): number => Math.round(value * 1e4) / 1e4;
  return {
    sharpness: round(shape.sharpness),
    votes: round(shape.votes),
    outOfScope: round(shape.outOfScope),
    distance: round(shape.distance),
    costly: shape.costly,
    accept: round(accept),
    acceptCostly: round(Math.max(accept, costlyThreshold(judged, budgets.costlyStarts))),
    ask: round(Math.max(LEAST_TO_ASK, askThreshold(judged, budgets.rightAmongThree))),
    howChosen,
  };
}

/** Mean log loss of held-back messages at the calibration that suits them best. */
export function lowestLoss(messages: readonly LabelledMessage[], labels: readonly string[]): number {
  const inScope = messages.filter(({ label }) => label !== OUT_OF_SCOPE || labels.includes(label));
  const never = labels.includes(OUT_OF_SCOPE) ? 0 : -1e3;
  const shape = minimise(
    (tried) => logLoss(inScope, labels, { ...tried, outOfScope: never, distance: 0 }, () => 1),
    ["sharpness", "votes"],
  );
  return logLoss(inScope, labels, { ...shape, outOfScope: never, distance: 0 }, () => 1);
}

function fitShape(messages: readonly LabelledMessage[], labels: readonly string[], outOfScope: number): Shape {
  const share = outOfScope / messages.length;
  const boost =
    share >= OUT_OF_SCOPE_SHARE ? 1 : (OUT_OF_SCOPE_SHARE / (1 - OUT_OF_SCOPE_SHARE)) * ((1 - share) / share);
  const weight = ({ label }: LabelledMessage): number => (label === OUT_OF_SCOPE ? boost : 1);
  return minimise(
    (shape) => logLoss(messages, labels, shape, weight),
    ["sharpness", "votes", "outOfScope", "distance"],
  );
}

function fitWithoutOutOfScope(messages: readonly LabelledMessage[], labels: readonly string[]): Shape {
  const inScope = messages.filter(({ label }) => label !== OUT_OF_SCOPE);
  const never = -1e3;
  const shape = minimise(
    (tried) => logLoss(inScope, labels, { ...tried, outOfScope: never, distance: 0 }, () => 1),
    ["sharpness", "votes"],
  );
  // Nobody said what is out of scope: below every margin of a best guess over nothing that was seen, and some way off.
  const all = answerable(labels);
  const margins = inScope
    .map((message) => {
      const p = probabilities(message, labels, { ...shape, outOfScope: 0, distance: DISTANCE_UNSEEN });
      const best = Math.max(...[...p].filter((_, c) => all[c] !== OUT_OF_SCOPE));
      return Math.log(best) - Math.log(Math.max(p[all.indexOf(OUT_OF_SCOPE)] ?? 0, 1e-300));
    })
    .sort((a, b) => a - b);
  const margin = (margins[0] ?? 0) - BELOW_ALL;
  return { ...shape, outOfScope: margin, distance: DISTANCE_UNSEEN };
}
const DISTANCE_UNSEEN = 4;
const BELOW_ALL = 3;

function logLoss(
  messages: readonly LabelledMessage[],
  labels: readonly string[],
  shape: Shape,
  weight: (message: LabelledMessage) => number,
): number {
  const all = answerable(labels);
  let loss = 0;
  let total = 0;
  for (const message of messages) {
    const p = probabilities(message, labels, shape)[all.indexOf(message.label)] ?? 0;
    loss -= weight(message) * Math.log(Math.max(p, 1e-9));
    total += weight(message);
  }
  // Held lightly near plain scores, so that a small sample cannot push a number to the moon.
  return loss / Math.max(1, total) + 1e-3 * (shape.votes ** 2 + shape.outOfScope ** 2 + 0.05 * shape.distance ** 2);
}

/** Tries each number a little up and down, with ever smaller steps: slow, simple, and always the same. */
function minimise(loss: (shape: Shape) => number, free: readonly (keyof Shape)[]): Shape {
  let best: Shape = { sharpness: 1, votes: 0.1, outOfScope: 0, distance: 0, costly: COSTLY_BIAS };
  let lowest = loss(best);
  for (let step = 0.5; step > 0.01; step /= 2) {
    for (let moved = true; moved; ) {
      moved = false;
      for (const name of free) {
        for (const sign of [1, -1]) {
          const scale = name === "distance" ? 4 : 1;
          const tried = { ...best, [name]: best[name] + sign * step * scale };
          if (tried.sharpness <= 0.05 || tried.votes < 0 || tried.distance < 0) continue;
          const found = loss(tried);
          if (found < lowest - 1e-6) {
            lowest = found;
            best = tried;
            moved = true;
          }
        }
      }
    }
  }
  return best;
}

interface Judged {
  readonly intent: string;
  readonly probability: number;
  readonly right: boolean;
  readonly rightAmongThree: boolean;
}

function judge(message: LabelledMessage, labels: readonly string[], shape: Shape): Judged {
  const all = answerable(labels);
  const ranked = [...probabilities(message, labels, shape)]
    .map((probability, c) => ({ intent: all[c] ?? "", probability }))
    .sort((a, b) => b.probability - a.probability);
  const [best = { intent: "", probability: 0 }] = ranked;
  return {
    ...best,
    right: best.intent === message.label,
    rightAmongThree: ranked.slice(0, 3).some(({ intent }) => intent === message.label),
  };
}

/** The lowest probability above which no more than `budget` of the messages are wrong. */
function threshold(judged: readonly Judged[], budget: number): number {
  const sorted = [...judged].sort((a, b) => b.probability - a.probability);
  let wrong = 0;
  let lowest = 1;
  for (const [i, { right, probability }] of sorted.entries()) {
    if (!right) wrong += 1;
    const enough = i + 1 >= Math.min(FEWEST_ACCEPTED, sorted.length);
    if (enough && wrong / (i + 1) <= budget) lowest = probability;
  }
  return lowest;
}

/** The lowest probability at which money policies start wrongly in no more than `budget` of all messages. */
function costlyThreshold(judged: readonly Judged[], budget: number): number {
  const wrong = judged
    .filter(({ intent, right }) => COSTLY.has(intent) && !right)
    .map(({ probability }) => probability)
    .sort((a, b) => b - a);
  // Just above the first one that would be too many.
  const tooMany = wrong[Math.floor(budget * judged.length)];
  return tooMany === undefined ? 0 : tooMany + 1e-4;
}

/** Three are offered: with less, even the best of them is no better than a guess among three. */
const LEAST_TO_ASK = 1 / 3;

/** From the surest down: the probability below which the right intent is too often not among the three offered. */
function askThreshold(judged: readonly Judged[], budget: number): number {
  const sorted = [...judged].sort((a, b) => b.probability - a.probability);
  const WINDOW = Math.max(20, Math.round(sorted.length / 20));
  let lowest = sorted[0]?.probability ?? 1;
  for (let end = WINDOW; end <= sorted.length; end++) {
    const window = sorted.slice(end - WINDOW, end);
    if (window.filter(({ rightAmongThree }) => rightAmongThree).length / WINDOW < budget) break;
    lowest = sorted[end - 1]?.probability ?? lowest;
  }
  return lowest;
}
