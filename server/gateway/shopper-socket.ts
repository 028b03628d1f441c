import type { Socket } from "socket.io";
import { redactCards } from "../identity/index.js";
import type { Clock } from "../ports/index.js";
import type { ClientToServer, EntriesPage, ServerToClient, UtteranceAck } from "../protocol/index.js";
import { cleanText, isBlank } from "./clean-text.js";
import type { ConversationDoor, Proven } from "./conversation-door.js";
import { Feed } from "./feed.js";
import type { Joined } from "./join.js";
import type { GatewayLimits } from "./limits.js";
import type { Doorkeeper, GatewayLog } from "./needs.js";
import type { RateLimit } from "./rate-limit.js";
import { type RefusalWords, refuser } from "./refusals.js";
import { SinceShape, TokenShape, TypingShape, UtteranceShape } from "./shapes.js";
import { cut, unreadBytes } from "./slow-reader.js";

export type ShopperSocket = Socket<ClientToServer, ServerToClient, Record<string, never>, { joined: Joined }>;

export interface SocketRooms {
  readonly conversations: ConversationDoor;
  readonly identity: Doorkeeper;
  readonly clock: Clock;
  readonly limits: GatewayLimits;
  readonly perConversation: RateLimit;
  readonly perNetwork: RateLimit;
  readonly words: RefusalWords;
  readonly theme?: Readonly<Record<string, string>>;
  readonly log: GatewayLog;
  /** Keeps the server from closing before this has ended. */
  readonly during: (work: Promise<unknown>) => void;
}

/** Answers remembered per socket, so that a message resent at once is answered at once. */
const REMEMBERED = 50;
const EVENT_WINDOW_MS = 10_000;

/** Serves one client from its joining to its leaving. */
export function serveShopper(socket: ShopperSocket, rooms: SocketRooms): void {
  const { conversations, identity, clock, limits, log } = rooms;
  const { conversation, secret, state, name, last, since, locale, network } = socket.data.joined;
  const refuse = refuser(rooms.words, locale);
  const answers = new Map<string, Promise<UtteranceAck>>();
  let isClosed = state === "closed";

  let hasLeft = false;
  const leave = (why: string, error?: unknown): void => {
    if (hasLeft) return;
    hasLeft = true;
    log({ level: "warn", message: why, conversation, ...(error !== undefined && { error }) });
    cut(socket);
  };
  const send = (page: EntriesPage): void => {
    if (unreadBytes(socket) > limits.unreadBytes) leave("a client does not read what it is sent");
    else socket.emit("entries", page);
  };
  const cannotRead = (error: unknown): void => leave("entries could not be read", error);
  const feed = new Feed(since, (after) => conversations.entriesAfter(conversation, after), send, cannotRead);

  countEvents();
  socket.on("utterance", (message, ack) => {
    const done = callback(ack);
    rooms.during(hear(message).then(done));
  });
  socket.on("read", (after, ack) => void read(after).then(callback(ack), cannotRead));
  socket.on("typing", (on) => {
    const typing = TypingShape.safeParse(on);
    if (typing.success) conversations.shopperTyping(conversation, typing.data);
  });
  socket.on("identify", (token, ack) => void identify(token).then(callback(ack)));

  socket.emit("joined", {
    conversation,
    secret,
    state,
    last,
    ...(name !== undefined && { name }),
    ...(rooms.theme !== undefined && { theme: rooms.theme }),
  });
  const unsubscribe = conversations.subscribe(conversation, {
    entries: (page) => feed.live(page),
    typing: (on) => socket.emit("typing", on),
    state: (changed) => {
      isClosed = changed === "closed";
      socket.emit("state", changed);
    },
  });
  socket.on("disconnect", () => {
    unsubscribe();
    conversations.shopperTyping(conversation, false);
  });
  void feed.begin();

  function countEvents(): void {
    let count = 0;
    let windowEnds = clock.now() + EVENT_WINDOW_MS;
    socket.use((_event, next) => {
      if (clock.now() >= windowEnds) {
        windowEnds = clock.now() + EVENT_WINDOW_MS;
        count = 0;
      }
      count += 1;
      if (count > limits.eventsPerSocket) leave("a client sent far too many events");
      else next();
    });
  }

  async function hear(message: unknown): Promise<UtteranceAck> {
    const parsed = UtteranceShape.safeParse(message);
    if (!parsed.success) return refuse((message as { messageId?: unknown } | null)?.messageId, "invalid");
    const { messageId } = parsed.data;
    const known = answers.get(messageId);
    if (known !== undefined) return known;
    const answer = store(parsed.data);
    answers.set(messageId, answer);
    if (answers.size > REMEMBERED) answers.delete(answers.keys().next().value ?? "");
    // A refusal may pass; only what is stored stays so.
    answer.then((ack) => "refused" in ack && answers.delete(messageId));
    return answer;
  }

  async function store(utterance: {
    messageId: string;
    text: string;
    choice?: string | undefined;
  }): Promise<UtteranceAck> {
    const { messageId, choice } = utterance;
    const text = cleanText(utterance.text);
    if (isBlank(text)) return refuse(messageId, "invalid");
    if ([...text].length > limits.textCharacters) return refuse(messageId, "too_long");
    if (isClosed) return refuse(messageId, "closed");
    const network_ = rooms.perNetwork.take(network, clock.now());
    if (!network_.granted) return refuse(messageId, "too_fast", network_.waitMs);
    const turn = rooms.perConversation.take(conversation, clock.now(), limits.longestWaitMs);
    if (!turn.granted) return refuse(messageId, "too_fast", turn.waitMs);
    if (turn.waitMs > 0) await new Promise<void>((resolve) => clock.after(turn.waitMs, resolve));
    try {
      const { seq } = await conversations.receive(conversation, {
        messageId,
        text: redactCards(text),
        ...(choice !== undefined && { choice: redactCards(cleanText(choice)) }),
        network,
      });
      return { stored: messageId, seq };
    } catch (error) {
      // Its shopper had it erased, perhaps from another window: trying again would never help.
      if ((error as { code?: unknown }).code === "STORE_NO_CONVERSATION") return refuse(messageId, "closed");
      log({ level: "error", message: "an utterance could not be stored", conversation, error });
      return refuse(messageId, "unavailable", 5_000);
    }
  }

  async function read(after: unknown): Promise<EntriesPage> {
    const parsed = SinceShape.safeParse(after);
    if (!parsed.success) return { entries: [], more: false };
    const page = await feed.answer(parsed.data);
    if (unreadBytes(socket) > limits.unreadBytes) leave("a client does not read what it asked for");
    return page;
  }

  async function identify(token: unknown): Promise<{ ok: boolean; name?: string; message?: string }> {
    const parsed = TokenShape.safeParse(token);
    const signedOut = parsed.success && !parsed.data;
    const answer = signedOut ? undefined : await identity.verifyStorefrontToken(token, clock.now());
    if (answer?.ok === false) {
      log({ level: "warn", message: "a storefront token was refused", conversation, code: answer.reason });
      return { ok: false, message: "The shop could not tell us who you are. You can go on without signing in." };
    }
    const who: Proven | undefined = answer && {
      email: answer.email,
      ...(answer.name !== undefined && { name: answer.name }),
    };
    try {
      await conversations.identify(conversation, who);
      return { ok: true, ...(who?.name !== undefined && { name: who.name }) };
    } catch (error) {
      log({ level: "error", message: "an identity could not be stored", conversation, error });
      return { ok: false, message: "That did not work just now. Please try again in a moment." };
    }
  }
}

/** Clients of others may leave the callback out, or send something else in its place. */
function callback<T>(ack: unknown): (answer: T) => void {
  return (answer) => {
    if (typeof ack === "function") ack(answer);
  };
}
