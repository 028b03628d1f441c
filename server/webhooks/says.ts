/** What a vendor's call is about, as far as we can do something with it. Everything else is taken and left at that. */
import { z } from "zod";
import { json } from "./schemes.js";

export type Said =
  /** A person has answered at the helpdesk: by its own ticket id, or by the id of our hand-over. */
  | { readonly kind: "agent_reply"; readonly ticket?: string; readonly handoff?: string; readonly text: string }
  /** A person has answered, and the words are not in the call. */
  | { readonly kind: "answered_elsewhere"; readonly ticket: string }
  | { readonly kind: "nothing"; readonly event: string };

const NOTHING: Said = { kind: "nothing", event: "unknown" };
/** Vendors retry for hours; a call that is older than this was kept by somebody. */
const OLDEST_MS = 48 * 3_600_000;

const KustomerMessage = z.object({
  name: z.string(),
  createdAt: z.string().optional(),
  data: z.object({
    attributes: z.object({
      direction: z.string().nullish(),
      preview: z.string().nullish(),
      auto: z.boolean().nullish(),
      status: z.string().nullish(),
    }),
    relationships: z.object({ conversation: z.object({ data: z.object({ id: z.string() }) }) }),
  }),
});
const FreshdeskReply = z.object({ ticket_id: z.union([z.string(), z.number()]), event: z.literal("agent_reply") });
const OwnReply = z.object({
  type: z.literal("agent.reply"),
  data: z
    .object({ handoff_id: z.string().optional(), ticket: z.string().optional(), text: z.string().min(1) })
    .refine(({ handoff_id, ticket }) => handoff_id !== undefined || ticket !== undefined),
});

/** @returns undefined when the body is too old to be believed */
export function saidBy(system: string, body: Buffer, nowMs: number): Said | undefined {
  const value = json(body);
  if (system === "kustomer") return kustomerSaid(value, nowMs);
  if (system === "freshdesk") {
    const reply = FreshdeskReply.safeParse(value);
    return reply.success ? { kind: "answered_elsewhere", ticket: String(reply.data.ticket_id) } : NOTHING;
  }
  const own = OwnReply.safeParse(value);
  if (own.success) {
    const { handoff_id, ticket, text } = own.data.data;
    return { kind: "agent_reply", text, ...(handoff_id && { handoff: handoff_id }), ...(ticket && { ticket }) };
  }
  return nothing(value);
}

/** A message that failed to leave also comes as one of an agent, with a status; what we or a robot wrote is no reply. */
function kustomerSaid(value: unknown, nowMs: number): Said | undefined {
  const message = KustomerMessage.safeParse(value);
  if (!message.success || message.data.name !== "kustomer.message.create") return nothing(value);
  const { data, createdAt } = message.data;
  // The signature covers no time: the body's own is all there is.
  if (createdAt !== undefined && !(Math.abs(nowMs - Date.parse(createdAt)) < OLDEST_MS)) return undefined;
  const { direction, preview, auto, status } = data.attributes;
  if (direction !== "out" || auto === true || status === "error" || !preview) return nothing(value);
  return { kind: "agent_reply", ticket: data.relationships.conversation.data.id, text: preview };
}

function nothing(value: unknown): Said {
  const named = value as { name?: unknown; type?: unknown; description?: unknown; event?: unknown } | undefined;
  const event = [named?.name, named?.type, named?.description, named?.event].find((each) => typeof each === "string");
  return { kind: "nothing", event: String(event ?? "unknown").slice(0, 60) };
}
