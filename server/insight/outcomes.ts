import { countOutcomes, type OutcomeCount, type Store } from "../store/index.js";

const DAY_MS = 86_400_000;

/** How often each policy ended how, by policy version, within the last `days` days. @param now milliseconds since 1970 */
export function outcomesOfLastDays(store: Store, now: number, days: number): Promise<OutcomeCount[]> {
  return store.read((tx) => countOutcomes(tx, { since: now - days * DAY_MS }));
}
