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

/** Retries may add a tenth to the calls of a connector, with ten in hand: an outage must not be met with three times the load. */
export function createRetryBudget(): { earn(): void; spend(): boolean } {
  let tokens = 10;
  return {
    earn: () => {
      tokens = Math.min(10, tokens + 0.1);
    },
    spend: () => {
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
