/**
 * What the studio shows: `GET /studio/data.json`. Merchant files as they stand (their keys are public, see the schemas in
 * `policies/schema` and `rules/schema`), and what loading them found.
 */

export interface StudioData {
  readonly shop: string;
  /** When the files were read, ISO 8601. */
  readonly readAt: string;
  readonly policies: readonly PolicyDoc[];
  readonly ruleSets: readonly RuleSetDoc[];
  /** Of the shop's main locale: `wismo.in_transit` -> its text. */
  readonly macros: Readonly<Record<string, string>>;
  readonly intents: readonly IntentDoc[];
  /** What is quoted where no policy answers. */
  readonly passages: readonly PassageDoc[];
  readonly problems: readonly ProblemDoc[];
  /** How conversations ended; empty until there were any. */
  readonly outcomes: readonly OutcomeDoc[];
}

export interface PolicyDoc {
  readonly file: string;
  readonly id: string;
  readonly title: string;
  readonly when: string;
  readonly intents: readonly string[];
  readonly systems: readonly string[];
  readonly steps: readonly StepDoc[];
}

/** One step, with the key that names its kind (`say`, `ask`, `call` …) and the rest as in the file. */
export type StepDoc = { readonly id: string } & Readonly<Record<string, unknown>>;

export interface RuleSetDoc {
  readonly file: string;
  readonly id: string;
  readonly title: string;
  readonly rules: readonly RuleDoc[];
}

export interface RuleDoc {
  readonly name: string;
  /** As json-rules-engine has them. */
  readonly conditions: unknown;
  readonly event: { readonly type: string; readonly params?: Readonly<Record<string, unknown>> };
  readonly priority?: number;
}

export interface IntentDoc {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly utterances: number;
}

export interface PassageDoc {
  readonly id: string;
  readonly title: string;
  /** `https:` only. */
  readonly source: string;
  readonly text: string;
  readonly locale?: string;
  readonly questions: readonly string[];
}

/** The shape of `server/problems`. */
export interface ProblemDoc {
  readonly file: string;
  readonly path: string;
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  readonly severity: "error" | "warning";
}

export interface OutcomeDoc {
  readonly policy: string;
  readonly outcome: string;
  readonly count: number;
}
