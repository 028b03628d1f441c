export interface Comparison {
  /** Messages that only the earlier run got right. */
  readonly lost: number;
  /** Messages that only this run gets right. */
  readonly gained: number;
  /** Chance of a difference this large or larger if both runs were equally good (McNemar's test, exact). */
  readonly p: number;
}

/** Compares two runs over the same messages by those on which they differ. */
export function compareRuns(earlierWrong: ReadonlySet<string>, nowWrong: ReadonlySet<string>): Comparison {
  const lost = [...nowWrong].filter((id) => !earlierWrong.has(id)).length;
  const gained = [...earlierWrong].filter((id) => !nowWrong.has(id)).length;
  return { lost, gained, p: mcNemar(lost, gained) };
}

/** Two-sided exact binomial test with a fair coin. */
export function mcNemar(lost: number, gained: number): number {
  const n = lost + gained;
  if (n === 0) return 1;
  let tail = 0;
  for (let k = 0; k <= Math.min(lost, gained); k++) tail += Math.exp(logChoose(n, k) - n * Math.LN2);
  return Math.min(1, 2 * tail);
}

function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= k; i++) sum += Math.log(n - k + i) - Math.log(i);
  return sum;
}
