import { LEVELS, type Level } from "../connectors/index.js";

export { LEVELS, type Level };

/** Whether somebody at `level` may do what needs `needed`: each level includes the ones before it. */
export function includes(level: Level, needed: Level): boolean {
  const have = LEVELS.indexOf(level);
  const need = LEVELS.indexOf(needed);
  // A word that is no level (from an old row, say) proves nothing and opens nothing.
  return have >= 0 && need >= 0 && have >= need;
}
