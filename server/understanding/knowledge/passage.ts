/** A passage of `policies/knowledge/*.md`: what the shop has approved as an answer, and where it stands on its own pages. */
export interface Passage {
  /** The file's path below `policies/knowledge/`, without `.md`. */
  readonly id: string;
  /** As shown in problems: `policies/knowledge/shipping-times.md`. */
  readonly file: string;
  readonly title: string;
  /** `https:` only, without credentials. */
  readonly source: string;
  /** Answers only conversations in this language, `de` also those in `de-AT`; every conversation where it is absent. */
  readonly locale?: string;
  /** As shoppers may ask; only for finding the passage, never shown. */
  readonly questions: readonly string[];
  /** What is quoted: plain text, `\n\n` between paragraphs. */
  readonly text: string;
}

export const MAX_TEXT = 1_000;
export const MAX_TITLE = 80;
export const MAX_QUESTION = 200;
export const MAX_QUESTIONS = 40;

/** Whether a passage may be quoted in a conversation of this locale. */
export function speaks({ locale }: Passage, conversation: string): boolean {
  if (locale === undefined) return true;
  const [wanted, here] = [locale.toLowerCase(), conversation.toLowerCase().replaceAll("_", "-")];
  return here === wanted || here.startsWith(`${wanted}-`);
}
