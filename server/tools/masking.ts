/** Arguments as they may stand in a trace: personal data is masked, so that a trace can be read by anybody on the team. */
export function maskArguments(value: unknown): unknown {
  if (typeof value === "string") return maskText(value);
  if (Array.isArray(value)) return value.map(maskArguments);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, SECRET.has(name) ? "•••" : maskArguments(field)]),
  );
}

const SECRET = new Set(["code", "address", "phone", "ship_to", "transcript"]);

/** `ann.reed@example.com` → `a•••@example.com`. */
export function maskText(text: string): string {
  // Begins only where a name begins, or a long text without any "@" would be read over and over.
  return text.replace(/(?<![\p{L}\p{N}._%+-])([\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]*@/gu, "$1•••@");
}
