import { setImmediate as turn } from "node:timers/promises";
import { HeadLoss } from "./head-loss.js";
import type { SparseVector } from "./ngrams.js";

/** One training row: blocks of numbers (absent ones are zero) and a sparse tail. */
export interface Row {
  /** Dense blocks, each `blockSize` long; undefined where it is all zeros. */
  readonly blocks: readonly (Float32Array | undefined)[];
  readonly sparse: SparseVector;
}

/** Weights of a multinomial logistic regression. */
export interface Head {
  readonly classes: number;
  readonly blockSize: number;
  readonly blockCount: number;
  /** `[feature][class]`: dense blocks first, then the sparse tail, then one row of biases. */
  readonly weights: Float32Array;
}

export interface TrainOptions {
  readonly classes: number;
  readonly blockSize: number;
  readonly blockCount: number;
  readonly sparseSize: number;
  /** How strongly weights are kept small; the loss is the mean log loss plus `l2 / 2` times their squares. */
  readonly l2: number;
  readonly onProgress?: ((share: number) => void) | undefined;
}

const MEMORY = 8;
const MOST_STEPS = 120;
/** Stops when a step lowers the loss by less than this share. */
const TOLERANCE = 5e-5;

/**
 * Trains to convergence by L-BFGS: no learning rate to choose, no chance in it, so that two trainings give the same
 * bytes. The event loop gets a turn after each pass over the rows.
 */
export async function trainHead(
  rows: readonly Row[],
  labels: Int32Array,
  rowWeights: Float32Array,
  options: TrainOptions,
): Promise<Head> {
  const { classes, blockSize, blockCount, sparseSize } = options;
  const size = (blockSize * blockCount + sparseSize + 1) * classes;
  const weights = new Float32Array(size);
  const gradient = new Float32Array(size);
  const objective = new HeadLoss(rows, labels, rowWeights, options);
  let loss = objective.at(weights, gradient);
  const nextWeights = new Float32Array(size);
  const nextGradient = new Float32Array(size);
  const direction = new Float32Array(size);
  const steps: { change: Float32Array; gradientChange: Float32Array; scale: number }[] = [];
  for (let step = 0; step < MOST_STEPS; step++) {
    towards(direction, gradient, steps);
    let slope = dot(direction, gradient);
    if (slope >= 0) {
      steps.length = 0;
      for (let i = 0; i < size; i++) direction[i] = -(gradient[i] as number);
      slope = dot(direction, gradient);
    }
    let length = steps.length === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    let nextLoss = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < 20; attempt++) {
      for (let i = 0; i < size; i++) nextWeights[i] = (weights[i] as number) + length * (direction[i] as number);
      nextLoss = objective.at(nextWeights, nextGradient);
      await turn();
      if (nextLoss <= loss + 1e-4 * length * slope) break;
      length *= 0.5;
    }
    if (!(nextLoss < loss)) break;
    // The oldest step's memory is used again.
    const forgotten = steps.length === MEMORY ? steps.shift() : undefined;
    const change = forgotten?.change ?? new Float32Array(size);
    const gradientChange = forgotten?.gradientChange ?? new Float32Array(size);
    for (let i = 0; i < size; i++) {
      change[i] = (nextWeights[i] as number) - (weights[i] as number);
      gradientChange[i] = (nextGradient[i] as number) - (gradient[i] as number);
    }
    const curvature = dot(change, gradientChange);
    if (curvature > 1e-12) steps.push({ change, gradientChange, scale: 1 / curvature });
    const gained = (loss - nextLoss) / Math.max(loss, 1e-9);
    weights.set(nextWeights);
    gradient.set(nextGradient);
    loss = nextLoss;
    options.onProgress?.((step + 1) / MOST_STEPS);
    if (gained < TOLERANCE) break;
  }
  return { classes, blockSize, blockCount, weights };
}

/** Adds the row's score for each class to `scores`. */
export function scoreRow(row: Row, head: Head, scores: Float64Array): void {
  const { classes, weights, blockSize } = head;
  for (const [b, block] of row.blocks.entries()) {
    if (block === undefined) continue;
    let w = b * blockSize * classes;
    for (let j = 0; j < blockSize; j++) {
      const value = block[j] as number;
      for (let c = 0; c < classes; c++) scores[c] = (scores[c] as number) + value * (weights[w++] as number);
    }
  }
  const start = head.blockCount * blockSize;
  const { at, values } = row.sparse;
  for (let k = 0; k < at.length; k++) {
    const value = values[k] as number;
    let w = (start + (at[k] as number)) * classes;
    for (let c = 0; c < classes; c++) scores[c] = (scores[c] as number) + value * (weights[w++] as number);
  }
  const bias = weights.length - classes;
  for (let c = 0; c < classes; c++) scores[c] = (scores[c] as number) + (weights[bias + c] as number);
}

/** The two-loop recursion over the last steps (Nocedal 1980): minus the gradient, bent by the curvature seen so far. */
function towards(
  direction: Float32Array,
  gradient: Float32Array,
  steps: readonly { change: Float32Array; gradientChange: Float32Array; scale: number }[],
): void {
  for (let i = 0; i < direction.length; i++) direction[i] = -(gradient[i] as number);
  const factors: number[] = [];
  for (let k = steps.length - 1; k >= 0; k--) {
    const { change, gradientChange, scale } = steps[k] as (typeof steps)[number];
    const factor = scale * dot(change, direction);
    factors[k] = factor;
    for (let i = 0; i < direction.length; i++)
      direction[i] = (direction[i] as number) - factor * (gradientChange[i] as number);
  }
  const last = steps.at(-1);
  if (last !== undefined) {
    const scaling = 1 / (last.scale * dot(last.gradientChange, last.gradientChange));
    for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] as number) * scaling;
  }
  for (const [k, { change, gradientChange, scale }] of steps.entries()) {
    const factor = (factors[k] as number) - scale * dot(gradientChange, direction);
    for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] as number) + factor * (change[i] as number);
  }
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
