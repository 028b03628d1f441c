/**
 * The socket: connects, reconnects with growing and jittered pauses, and asks with a time-out. The only file that knows
 * Socket.IO. Its own `retries` are not used: the browser build can lose a message with them (its guard against a second
 * acknowledgement is stripped with the debug lines), so resending is `delivery.ts`'s work.
 */
import { io, type Socket } from "socket.io-client";
import type {
  ClientToServer,
  EntriesPage,
  JoinRequest,
  ServerToClient,
  UtteranceAck,
  UtteranceMessage,
} from "../../server/protocol/index.js";

/** A server that dies in mid-handshake would hold a client for Socket.IO's default 20 s. */
const CONNECT_MS = 4000;
const ANSWER_MS = 4000;
const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 8000;

export interface Line {
  /** Rejects when no answer came in time or the line dropped; the message may or may not have arrived. */
  send(message: UtteranceMessage): Promise<UtteranceAck>;
  read(since: number): Promise<EntriesPage>;
  identify(token: string): Promise<{ ok: boolean; name?: string; message?: string }>;
  typing(on: boolean): void;
  /** Drops a line that no longer answers (half open, or frozen with the tab) and dials again. */
  redial(): void;
  /** Something arrived in good order: the next pause may be short again. */
  healthy(): void;
}

export interface LineEvents {
  /** Asked before every join, so that the token is fresh. */
  join(): Promise<JoinRequest>;
  joined: ServerToClient["joined"];
  entries: ServerToClient["entries"];
  typing: ServerToClient["typing"];
  state: ServerToClient["state"];
  dropped(): void;
  /** The server knows no conversation under our ticket: it was erased, or the ticket is damaged. */
  unknownConversation(): void;
}

/** How the server says that a join was refused. */
interface JoinError extends Error {
  readonly data?: { readonly code?: string; readonly retryAfterMs?: number };
}

export function openLine(events: LineEvents): Line {
  const socket: Socket<ServerToClient, ClientToServer> = io({
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    timeout: CONNECT_MS,
    reconnection: false,
    autoConnect: false,
    auth: (give) => void events.join().then(give),
  });
  let tries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let joining: ReturnType<typeof setTimeout> | undefined;

  function dial(): void {
    clearTimeout(timer);
    timer = undefined;
    if (!socket.connected) socket.disconnect().connect();
  }

  function dialLater(atLeastMs = 0): void {
    clearTimeout(joining);
    events.dropped();
    if (timer !== undefined) return;
    const pause = Math.max(atLeastMs, Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries++));
    // Half the pause by chance, so that a thousand shoppers do not come back in the same moment after a restart.
    timer = setTimeout(dial, pause * (1 - Math.random() / 2) + atLeastMs / 2);
  }

  socket.on("connect", () => {
    clearTimeout(joining);
    joining = setTimeout(redial, ANSWER_MS);
  });
  socket.on("joined", (info) => {
    clearTimeout(joining);
    events.joined(info);
  });
  socket.on("entries", events.entries);
  socket.on("typing", events.typing);
  socket.on("state", events.state);
  socket.on("connect_error", ({ data }: JoinError) => {
    if (data?.code === "unknown_conversation") events.unknownConversation();
    dialLater(data?.retryAfterMs);
  });
  socket.on("disconnect", (reason) => {
    if (reason !== "io client disconnect") dialLater();
  });
  const wake = () => {
    if (document.visibilityState === "visible" && !socket.connected && timer !== undefined) dial();
  };
  addEventListener("online", wake);
  addEventListener("offline", () => {
    if (socket.connected) redial();
  });
  document.addEventListener("visibilitychange", wake);

  function redial(): void {
    socket.disconnect();
    dialLater();
  }

  const patient = () => {
    if (!socket.connected) throw new Error("offline");
    return socket.timeout(ANSWER_MS);
  };
  dial();
  return {
    send: async (message) => patient().emitWithAck("utterance", message),
    read: async (since) => patient().emitWithAck("read", since),
    identify: async (token) => patient().emitWithAck("identify", token),
    typing: (on) => {
      if (socket.connected) socket.emit("typing", on);
    },
    redial,
    healthy: () => {
      tries = 0;
    },
  };
}
