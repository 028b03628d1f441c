/** The known name nearest to a misspelt one, for "did you mean"; undefined when none is near. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** "Change it to one of: a, b, c" or, when one is near, "Did you mean …?" first. */
export function fixName(name: string, known: Iterable<string>, what: string): string {
  const all = [...known];
  const near = nearestName(name, all);
  if (near !== undefined) return `Did you mean "${near}"?`;
  if (all.length === 0) return `Add ${what} with that name.`;
  const shown = all.slice(0, 12).join(", ");
  return `Use one of: ${shown}${all.length > 12 ? ` and ${all.length - 12} more` : ""}; or add ${what} with that name.`;
}

/** Levenshtein distance; a swap of two neighbours counts as one. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (before[j - 2] as number) + 1);
      }
      next.push(least);
    }
    [before, row] = [row, next];
  }
  return row[b.length] as number;
}
