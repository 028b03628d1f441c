/** What a conversation remembers between turns, what can happen to it, and what it wants done. Plain JSON throughout. */

import type { Decision } from "../decisions/index.js";
import type { QuestionType } from "../protocol/index.js";
import type { Understood } from "../understanding/index.js";
import type { Agreement } from "./agreement.js";
import type { CARDS } from "./policy.js";

export type CardName = (typeof CARDS)[number];

export type Level = "anonymous" | "order_known" | "verified" | "stepped_up" | "person";

/** Who is writing, as far as is proved. Kept by the conversation, handed in with every event. */
export interface Shopper {
  readonly level: Level;
  readonly email?: string;
  readonly name?: string;
}

/** One policy under way. */
export interface Frame {
  readonly policy: string;
  readonly version: string;
  /** The step that comes next, or that waits. */
  readonly step: string;
  /** What this run of the policy knows, besides the conversation's memory. */
  readonly values: Readonly<Record<string, unknown>>;
  /** How often each `ask` has asked. */
  readonly asked: Readonly<Record<string, number>>;
  /** What the shopper has been asked to say yes to, and what they have said yes to. */
  readonly offered?: Offered | undefined;
  readonly agreed?: (Offered & { readonly codeId?: string }) | undefined;
}

export interface Offered {
  readonly agreement: Agreement;
  /** The macro that said what would be done. */
  readonly macro: string;
  readonly at: number;
}

/** Names that outlive a policy, besides those that policies `remember`: nobody is asked twice for them. */
export const MEMORY = ["email", "customer", "order_number", "address"] as const;

export interface OpenQuestion {
  /** `step`: the top frame's `ask`. `step_up`: a code for an effect. `intent`: "did you mean". `contact`: where to answer. */
  readonly kind: "step" | "confirm" | "step_up" | "intent" | "contact";
  readonly slot: string;
  readonly type: QuestionType;
  readonly choices?: readonly { readonly label: string; readonly value: string }[];
  /** Of a reason: by the value of a choice, what shoppers say who mean it. */
  readonly like?: Readonly<Record<string, readonly string[]>>;
  /** Of "did you mean": the words that it is about, so that an order named in them need not be named again. */
  readonly said?: Partial<Said>;
}

export type Said = Pick<Understood, "text" | "slots" | "signals">;

export interface DialogueState {
  readonly format: 1;
  /** The set of the merchant's files that the policies under way were begun with. */
  readonly files?: string | undefined;
  /** The policy that is running is last. */
  readonly frames: readonly Frame[];
  readonly memory: Readonly<Record<string, unknown>>;
  readonly question?: OpenQuestion;
  /** The command whose answer the top frame waits for. */
  readonly waiting?: { readonly for: "call" } | { readonly for: "handoff"; readonly say: string };
  /** Steps and policies run since the shopper's last word, while a call is out: no loop goes on for ever. */
  readonly spent?: { readonly steps: number; readonly hops: number };
  /** Not understood in a row. */
  readonly misses: number;
  readonly mode: "open" | "with_person";
  readonly last?: { readonly policy: string; readonly outcome: string };
  /** A policy that the shopper has stepped aside from, to be gone on with. */
  readonly aside?:
    | {
        readonly frames: readonly Frame[];
        readonly question: OpenQuestion;
        /** As it was: the order that was looked at in between is not the one that the policy is about. */
        readonly memory: Readonly<Record<string, unknown>>;
      }
    | undefined;
  /** Wishes of the last message that have not been served yet. */
  readonly wishes: readonly string[];
  /** The words of each of them, by intent. */
  readonly wishWords?: Readonly<Record<string, Partial<Said>>> | undefined;
  /** Rises with every question, so that a timer set for an earlier one is known to be stale. */
  readonly opened: number;
}

export const FRESH: DialogueState = {
  format: 1,
  frames: [],
  memory: {},
  misses: 0,
  mode: "open",
  wishes: [],
  opened: 0,
};

interface Happening {
  /** When it happened; decisions read no other clock. */
  readonly at: number;
  readonly shopper: Shopper;
}
export type DialogueEvent = Happening &
  (
    | { readonly kind: "understood"; readonly understood: Understood }
    | {
        readonly kind: "called";
        readonly result:
          | "ok"
          | "not_found"
          | "refused"
          | "unavailable"
          | "unknown_outcome"
          /** The guard wants a code for this effect; one is on its way. */
          | "needs_code"
          | "wrong_code";
        readonly value?: unknown;
        readonly reason?: string;
        /** The code that allowed it, good for the other calls of the same yes. */
        readonly authorisedBy?: string;
      }
    | {
        readonly kind: "handed_off";
        readonly mode: "live" | "async";
        readonly contact?: string /** When people are back, outside their hours. */;
        readonly opens?: string;
      }
    | { readonly kind: "identified" }
    /** The turn has failed again and again by our own fault. */
    | { readonly kind: "broken" }
    | { readonly kind: "silence"; readonly opened: number }
  );

/** Everything that a sentence or a card may be filled from. */
export type Scope = Readonly<Record<string, unknown>>;

export interface ReplyCommand {
  readonly kind: "reply";
  /** `wismo.in_transit`; several are joined into one message, in order. */
  readonly macros: readonly string[];
  readonly scope: Scope;
  readonly card?: { readonly show: CardName; readonly of: unknown };
  /** Said before the macros, word for word. */
  readonly passage?: {
    readonly title: string;
    readonly text: string;
    /** `https:` only. */
    readonly source: string;
    readonly label: { readonly macro: string } | { readonly text: string };
  };
  readonly question?: OpenQuestion & { readonly options?: readonly Option[] };
}

/** A choice before it has words. */
export interface Option {
  readonly value: string;
  /** A macro, a ready label, or a card made from a fact. */
  readonly label:
    | { readonly macro: string }
    | { readonly text: string }
    | { readonly show: CardName; readonly of: unknown };
}

export type Command =
  | ReplyCommand
  | {
      readonly kind: "call";
      readonly tool: string;
      readonly args: Readonly<Record<string, unknown>>;
      readonly step: string;
      readonly policy: string;
      readonly version: string;
      /** The yes that an effect rests on, with the code where one was typed. */
      readonly agreed?: Offered & { readonly codeId?: string; readonly code?: string };
      /** For texts among the arguments, and to say in the mail with the code what it allows. */
      readonly scope: Scope;
    }
  | {
      readonly kind: "handoff";
      readonly queue: string;
      readonly reason: string;
      readonly priority: "low" | "normal" | "high" | "urgent";
      readonly policy: string | null;
      readonly scope: Scope;
      /** Among which the helpdesk is, the first one first. */
      readonly systems: readonly string[];
      /** By slot; for the person, not for texts. */
      readonly answers: Readonly<Record<string, string>>;
    }
  | { readonly kind: "set_silence"; readonly afterMs: number; readonly opened: number }
  | { readonly kind: "outcome"; readonly policy: string; readonly version: string; readonly outcome: string };

export type TraceItem =
  | {
      readonly kind: "policy";
      readonly id: string;
      readonly step: string;
      readonly event: "started" | "resumed" | "left" | "ended";
      readonly outcome?: string;
    }
  | ({ readonly kind: "decision" } & Decision);

/** One step that led to another: what conversation files are measured by. */
export interface WayTaken {
  readonly policy: string;
  readonly from: string;
  readonly to: string;
}

export interface Advanced {
  readonly state: DialogueState;
  readonly commands: readonly Command[];
  readonly trace: readonly TraceItem[];
  readonly ways: readonly WayTaken[];
}
