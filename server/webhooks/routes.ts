/**
 * `POST /webhooks/:system`: what vendors tell us by themselves. Nothing of a call is believed before its signature has
 * been checked over the bytes as they came; the same call again changes nothing.
 */
import { cleanText, type GatewayLog, isBlank, type WebApp } from "../gateway/index.js";
import { type Clock, systemClock } from "../ports/index.js";
import { conversationOfTicket, findEffect, type Store, type Tx, takeWebhook } from "../store/index.js";
import { saidBy } from "./says.js";
import { type Call, type Refusal, schemeOf } from "./schemes.js";

export interface WebhookRooms {
  /** System → its secrets, one or two. */
  readonly secrets: Readonly<Record<string, readonly string[]>>;
  readonly store: Store;
  readonly conversations: {
    agentSays(
      conversation: string,
      text: string,
      isNew: (tx: Tx) => Promise<boolean>,
    ): Promise<"added" | "known" | "gone">;
  };
  readonly clock?: Clock;
  readonly log: GatewayLog;
}

const MOST_BYTES = 256 * 1024;
const LONGEST_REPLY = 4_000;

const STATUS: Readonly<Record<Refusal, number>> = { unsigned: 401, bad_signature: 401, too_old: 401, too_long: 400 };

/** What became of a call, for the log and for tests. */
export type Taken = "added" | "known" | "gone" | "no_ticket" | "nothing" | "too_old";

export function webhookRoutes(rooms: WebhookRooms): (app: WebApp) => Promise<void> {
  const { secrets, store, clock = systemClock, log } = rooms;
  return async (app) => {
    await app.register(async (inner) => {
      // The raw bytes, whatever the call says that they are.
      inner.removeAllContentTypeParsers();
      inner.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: MOST_BYTES }, (_request, body, done) =>
        done(null, body),
      );
      inner.post<{ Params: { system: string } }>(
        "/webhooks/:system",
        { bodyLimit: MOST_BYTES },
        async (request, reply) => {
          const { system } = request.params;
          const known = Object.hasOwn(secrets, system) ? secrets[system] : undefined;
          reply.header("cache-control", "no-store");
          if (known === undefined) return reply.code(404).send({ status: 404, message: "Nothing is here." });
          const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
          const call = { headers: singles(request.headers), body };
          const checked = schemeOf(system)(call, known, clock.now());
          if (!checked.ok) {
            log({ level: "warn", message: `a call of ${system} was refused`, code: checked.reason });
            const status = STATUS[checked.reason];
            return reply.code(status).send({ status, message: "This call cannot be taken." });
          }
          const taken = await take(system, checked.id, body);
          log({ level: "info", message: `a call of ${system} was taken`, code: taken });
          return reply.code(200).send({ status: 200 });
        },
      );
    });
  };

  async function take(system: string, id: string, body: Buffer): Promise<Taken> {
    const now = clock.now();
    const isNew = (tx: Tx): Promise<boolean> => takeWebhook(tx, system, id, now);
    const said = saidBy(system, body, now);
    if (said === undefined) return "too_old";
    if (said.kind !== "agent_reply") return (await store.write(isNew)) ? "nothing" : "known";
    const text = cleanText(said.text).slice(0, LONGEST_REPLY);
    const conversation = await store.read((tx) => conversationOf(tx, system, said));
    if (conversation === undefined || isBlank(text)) {
      return (await store.write(isNew)) ? "no_ticket" : "known";
    }
    return rooms.conversations.agentSays(conversation, text, isNew);
  }
}

/** Only by what we opened ourselves: nobody outside names a conversation. */
async function conversationOf(
  tx: Tx,
  system: string,
  { ticket, handoff }: { readonly ticket?: string; readonly handoff?: string },
): Promise<string | undefined> {
  const effect = handoff === undefined ? undefined : await findEffect(tx, `handoff:${handoff}`);
  if (effect?.capability === "handoff") return effect.conversation;
  return ticket === undefined ? undefined : conversationOfTicket(tx, system, ticket);
}

function singles(headers: Readonly<Record<string, string | string[] | undefined>>): Call["headers"] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
}
