/**
 * A shopper's text without what no keyboard means: control characters, halves of surrogate pairs, marks that turn the
 * direction of the text around them. Line breaks and tabs stay. Postgres refuses NUL in text, and an agent should read
 * what was written.
 */
export function cleanText(text: string): string {
  return (
    text
      .replace(/\r\n?/g, "\n")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: taking them out is the point
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g, "")
      .replace(/\p{Cs}/gu, "\ufffd")
      .trim()
  );
}

/** Whether anything can be seen of it. */
export function isBlank(text: string): boolean {
  return !/[^\s\p{Cf}\p{Mn}\u115f\u1160\u2800\u3164]/u.test(text);
}
