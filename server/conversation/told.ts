/** What a turn did, in order: for the trace, for whoever watches, and for `aftersale converse`. */
import type { HandoffPayload } from "../connectors/index.js";
import type { TraceItem } from "../dialogue/index.js";
import type { Part, Question } from "../protocol/index.js";
import type { CallTrace } from "../tools/index.js";
import type { Understood } from "../understanding/index.js";

export type Told =
  | { readonly kind: "understood"; readonly understood: Understood }
  | TraceItem
  | ({ readonly kind: "call" } & CallTrace)
  | {
      readonly kind: "effect";
      readonly tool: string;
      readonly capability: string;
      readonly system: string;
      readonly key: string;
      readonly arguments: unknown;
      readonly status: "done" | "refused" | "needs_person";
      readonly receipt?: string;
    }
  | { readonly kind: "reply"; readonly text: string; readonly parts: readonly Part[]; readonly asks?: Question }
  | {
      readonly kind: "handoff";
      readonly helpdesk: string;
      readonly queue: string;
      readonly reason: string;
      readonly ticket?: string;
      readonly payload: HandoffPayload;
    };

/** As it is kept: without what stands elsewhere in the store anyway (words in the entries, payloads in the journal). */
export function traceBody(told: Told): unknown {
  switch (told.kind) {
    case "understood": {
      const { intent, confidence, outcome, also, answer, digression, knowledge } = told.understood;
      const looked = knowledge && { passage: knowledge.passage?.id, compared: knowledge.compared };
      return { intent, confidence, outcome, also, answer: answer?.kind, digression, knowledge: looked };
    }
    case "reply":
      return { asks: told.asks?.slot };
    case "handoff": {
      const { payload: _, ...rest } = told;
      return rest;
    }
    default:
      return told;
  }
}
