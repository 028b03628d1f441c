/**
 * Our own share of a vendor's rate limit: never more than `limit` calls in any `windowMs` of real time.
 */
export interface RateBudget {
  /** Takes one call; false when none is left for now. */
  take(): boolean;
  /** Milliseconds until one is free again. */
  waitMs(): number;
}

export function createRateBudget(limit: number, windowMs: number): RateBudget {
  let taken: number[] = [];
  const expire = () => {
    const oldest = performance.now() - windowMs;
    taken = taken.filter((at) => at > oldest);
  };
  return {
    take() {
      expire();
      if (taken.length >= limit) return false;
      taken.push(performance.now());
      return true;
    },
    waitMs() {
      expire();
      const oldest = taken[0];
      return taken.length < limit || oldest === undefined ? 0 : Math.max(1, oldest + windowMs - performance.now());
    },
  };
}
