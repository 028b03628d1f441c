/** How long, how often and how much a connector may ask of its vendor. */
export interface Timings {
  /** To open a connection, in milliseconds. */
  readonly connectMs: number;
  /** One try of a reading call, body included. */
  readonly readMs: number;
  /** A call that changes something, body included. Tried once; after this its outcome is unknown. */
  readonly writeMs: number;
  /** All reading of one tool call, retries and waiting included: the shopper is promised an answer in 8 s. */
  readonly deadlineMs: number;
  /** Tries of a reading call, the first one included. */
  readonly tries: number;
  /** Bounds of the random wait between tries; the upper one doubles per try until `backoffMaxMs`. */
  readonly backoffMinMs: number;
  readonly backoffMaxMs: number;
  /** A vendor's own wish (`Retry-After`) is waited for up to this long; beyond it the call is given up. */
  readonly retryAfterMaxMs: number;
  /** The breaker opens when more than half of at least `breakerCalls` calls within `breakerWindowMs` failed. */
  readonly breakerCalls: number;
  readonly breakerWindowMs: number;
  readonly breakerOpenMs: number;
  /** Calls under way at once, and calls that may wait for their turn. */
  readonly inFlight: number;
  readonly queue: number;
  /** Largest answer, and deepest nesting of its JSON. */
  readonly maxBytes: number;
  readonly maxDepth: number;
}

export const DEFAULT_TIMINGS: Timings = {
  connectMs: 1_000,
  readMs: 4_000,
  writeMs: 10_000,
  deadlineMs: 7_000,
  tries: 3,
  backoffMinMs: 300,
  backoffMaxMs: 3_000,
  retryAfterMaxMs: 3_000,
  breakerCalls: 20,
  breakerWindowMs: 10_000,
  breakerOpenMs: 30_000,
  inFlight: 10,
  queue: 50,
  maxBytes: 1_048_576,
  maxDepth: 20,
};

/**
 * The default timings with every wait multiplied, for runs in which nobody waits. Counts and sizes stay. What a busy
 * machine may really need for an answer over loopback stays too: 250 ms to connect, 500 ms to read or write.
 */
export function scaleTimings(factor: number, overrides: Partial<Timings> = {}): Timings {
  const scaled = Object.fromEntries(
    Object.entries(DEFAULT_TIMINGS).map(([name, value]) => [
      name,
      name.endsWith("Ms") ? Math.max(1, Math.round(value * factor)) : value,
    ]),
  ) as unknown as Timings;
  return {
    ...scaled,
    connectMs: Math.max(250, scaled.connectMs),
    readMs: Math.max(500, scaled.readMs),
    writeMs: Math.max(500, scaled.writeMs),
    deadlineMs: Math.max(1_500, scaled.deadlineMs),
    ...overrides,
  };
}
