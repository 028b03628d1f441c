/** What one message is taken for. Public: `aftersale classify` prints exactly this (docs: contract of `classify`). */
export interface Classification {
  readonly text: string;
  /** What the chat does with it: start the intent's policy, ask "did you mean", or say that it is not sure. */
  readonly outcome: "accept" | "ask" | "unsure";
  /** The best label, `out_of_scope` included. */
  readonly intent: string;
  /** Probability of `intent`, 0 to 1. */
  readonly confidence: number;
  /** Every intent, likeliest first; probabilities add up to 1. */
  readonly ranking: readonly { readonly intent: string; readonly probability: number }[];
  /** Further wishes in the same message, in order. */
  readonly also: readonly string[];
  readonly clauses: readonly { readonly text: string; readonly intent: string; readonly confidence: number }[];
  /** The examples that are most like the message. */
  readonly nearest: readonly { readonly text: string; readonly intent: string; readonly similarity: number }[];
}
