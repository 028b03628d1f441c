import type { Socket } from "socket.io";
import type { Clock } from "../ports/index.js";
import type { ConversationState } from "../protocol/index.js";
import type { ConversationDoor, FoundConversation, Proven } from "./conversation-door.js";
import type { GatewayLimits } from "./limits.js";
import type { Doorkeeper, GatewayLog } from "./needs.js";
import { networkOf } from "./networks.js";
import { type RateLimit, rateLimit } from "./rate-limit.js";
import { type Join, JoinShape } from "./shapes.js";

/** What is known of a client once it has joined. */
export interface Joined {
  readonly conversation: string;
  readonly secret: string;
  readonly state: ConversationState;
  readonly name?: string;
  readonly last: number;
  readonly since: number;
  readonly locale: string;
  readonly network: string;
}

/** Why a client could not join: `error.data.code` of its `connect_error`. `retryAfterMs` where waiting helps. */
export type JoinRefusal = "bad_join" | "unknown_conversation" | "too_many" | "unavailable";

class JoinError extends Error {
  readonly data: { readonly code: JoinRefusal; readonly retryAfterMs?: number };
  constructor(code: JoinRefusal, message: string, retryAfterMs?: number) {
    super(message);
    this.data = { code, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }
}

export interface JoinRooms {
  readonly conversations: ConversationDoor;
  readonly identity: Doorkeeper;
  readonly clock: Clock;
  readonly limits: GatewayLimits;
  readonly trustedProxies: number;
  /** Whether newcomers are to wait. */
  readonly isOverloaded: () => boolean;
  readonly log: GatewayLog;
}

/** Lets a client into a new conversation, or into one whose secret it has; never into another. */
export function createJoin(rooms: JoinRooms): (socket: Pick<Socket, "handshake" | "request">) => Promise<Joined> {
  const { conversations, identity, clock, limits, trustedProxies, log } = rooms;
  const openings: RateLimit = rateLimit(limits.openingBurst, limits.openingEveryMs);

  async function join(socket: Pick<Socket, "handshake" | "request">): Promise<Joined> {
    const parsed = JoinShape.safeParse(socket.handshake.auth);
    if (!parsed.success) throw new JoinError("bad_join", "The chat could not be opened. Please reload the page.");
    const request = parsed.data;
    const network = networkOf(socket.request, trustedProxies);
    const who = await provenBy(request);
    const kept = await keptConversation(request);
    if (kept === undefined || belongsToAnother(kept.found, who)) return open(request, who, network);

    const { conversation, found } = kept;
    if (who !== undefined) await conversations.identify(conversation, who);
    const name = who?.name ?? found.name;
    return {
      conversation,
      secret: identity.issueConversationSecret(conversation),
      state: found.state,
      last: found.last,
      // A client that has seen more than there is (a backup was put back) would wait for ever for the next number.
      since: Math.min(request.since, found.last),
      locale: request.locale ?? "en",
      network,
      ...(name !== undefined && { name }),
    };
  }

  async function keptConversation({
    conversation,
    secret,
  }: Join): Promise<{ conversation: string; found: FoundConversation } | undefined> {
    if (conversation === undefined || secret === undefined) return undefined;
    const isTheirs = identity.checkConversationSecret(conversation, secret);
    const found = isTheirs ? await conversations.find(conversation) : undefined;
    // One answer for a wrong secret and for a conversation that is gone.
    if (found === undefined) throw new JoinError("unknown_conversation", "This chat can no longer be opened here.");
    return { conversation, found };
  }

  async function open(request: Join, who: Proven | undefined, network: string): Promise<Joined> {
    if (rooms.isOverloaded()) {
      log({ level: "warn", message: "a newcomer was asked to wait: the server has enough to do", code: "overload" });
      throw new JoinError("too_many", "Many people are writing just now. Please try again in a moment.", 5_000);
    }
    const { granted, waitMs } = openings.take(network, clock.now());
    if (!granted) throw new JoinError("too_many", "Too many chats were begun from here. Please wait a moment.", waitMs);
    const locale = request.locale ?? "en";
    const { conversation } = await conversations.open({ locale, ...(who !== undefined && { identity: who }) });
    return {
      conversation,
      secret: identity.issueConversationSecret(conversation),
      state: "open",
      last: 0,
      since: 0,
      locale,
      network,
      ...(who?.name !== undefined && { name: who.name }),
    };
  }

  /** A bad token proves nothing, so the shopper comes in as nobody; the merchant reads why in the log. */
  async function provenBy({ identity: token }: Join): Promise<Proven | undefined> {
    if (token === undefined || token === "") return undefined;
    const answer = await identity.verifyStorefrontToken(token, clock.now());
    if (answer.ok) return { email: answer.email, ...(answer.name !== undefined && { name: answer.name }) };
    log({ level: "warn", message: "a storefront token was refused", code: answer.reason });
    return undefined;
  }

  return async (socket) => {
    try {
      return await join(socket);
    } catch (error) {
      if (error instanceof JoinError) throw error;
      log({ level: "error", message: "a join failed", error });
      throw new JoinError("unavailable", "The chat is not available just now. Please try again in a moment.", 5_000);
    }
  };
}

function belongsToAnother(found: FoundConversation, who: Proven | undefined): boolean {
  return who !== undefined && found.email !== undefined && found.email.toLowerCase() !== who.email.toLowerCase();
}
