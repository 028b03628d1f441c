/** How long the next one of `key` has to wait, in milliseconds; 0 for not at all. */
export interface RateLimit {
  /** Counts one, unless it would have to wait longer than `longestWaitMs`: then it is not to be done at all. */
  take(key: string, now: number, longestWaitMs?: number): { readonly granted: boolean; readonly waitMs: number };
}

const SWEEP_AT = 10_000;

/**
 * So many at once, then one each `everyMs`, for each key by itself. Those that wait are spaced, so they stay in order.
 *
 * @see ITU-T I.371, the generic cell rate algorithm: one number per key, no timers
 */
export function rateLimit(burst: number, everyMs: number): RateLimit {
  /** When each key will be as fresh as a new one. */
  const freshAt = new Map<string, number>();
  return {
    take: (key, now, longestWaitMs = 0) => {
      const fresh = Math.max(freshAt.get(key) ?? 0, now);
      const waitMs = Math.max(0, Math.ceil(fresh - (burst - 1) * everyMs - now));
      if (waitMs > longestWaitMs) return { granted: false, waitMs };
      if (freshAt.size >= SWEEP_AT) for (const [name, at] of freshAt) if (at <= now) freshAt.delete(name);
      freshAt.set(key, fresh + everyMs);
      return { granted: true, waitMs };
    },
  };
}
