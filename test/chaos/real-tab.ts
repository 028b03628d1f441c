/** A tab over a real Socket.IO connection: the widget's own state, sent again until an acknowledgement names it. */
import { io, type Socket } from "socket.io-client";
import type { EntriesPage, Entry, JoinRequest, UtteranceAck, UtteranceMessage } from "../../server/protocol/index.js";
import { afterEvent, type Conversation, missingAfter, newConversation } from "../../widget/chat/conversation.js";
import { STOREFRONT } from "./setup.js";

export interface RealTabParts {
  readonly name: string;
  readonly url: string;
  /** A fresh token of the storefront. */
  readonly token: () => Promise<string>;
  readonly heard: (tab: RealTab) => void;
}

/** A server that dies in mid-handshake would hold a client up for 20 s. */
const CONNECT_MS = 1_500;
const ANSWER_MS = 3_000;
const AGAIN_MS = 60;

export class RealTab {
  state: Conversation = newConversation;
  readonly acknowledged = new Map<string, number>();
  private socket: Socket | undefined;
  private secret: string | undefined;
  private shared: { conversation: string; secret: string } | undefined;
  private isReading = false;
  private isSending = false;
  private isClosed = false;

  constructor(readonly parts: RealTabParts) {}

  get name(): string {
    return this.parts.name;
  }

  /** What another tab of the same browser needs to join. */
  get key(): { conversation: string; secret: string } | undefined {
    const { id } = this.state;
    return id === undefined || this.secret === undefined ? undefined : { conversation: id, secret: this.secret };
  }

  share(key: { conversation: string; secret: string }): void {
    this.shared = key;
  }

  connect(): void {
    if (this.isClosed || this.socket !== undefined) return;
    const socket = io(this.parts.url, {
      transports: ["websocket"],
      reconnection: false,
      forceNew: true,
      timeout: CONNECT_MS,
      extraHeaders: { origin: STOREFRONT },
      auth: (give) => void this.auth().then(give),
    });
    this.socket = socket;
    const again = (): void => this.again(socket);
    socket.on("connect_error", again);
    socket.on("disconnect", again);
    socket.on("joined", (info) => {
      this.secret = info.secret;
      this.state = afterEvent(this.state, { type: "joined", info });
      void this.sendAll();
      this.readMissing();
    });
    socket.on("entries", (page: EntriesPage) => this.take(page));
    socket.on("state", (phase) => {
      this.state = afterEvent(this.state, { type: "phase", phase });
    });
  }

  private async auth(): Promise<JoinRequest> {
    const identity = await this.parts.token();
    const key = this.key ?? this.shared;
    return { protocol: 1, since: this.state.entries.length, identity, locale: "en", ...key };
  }

  private again(socket: Socket): void {
    if (this.socket !== socket) return;
    this.drop();
    if (!this.isClosed) setTimeout(() => this.connect(), AGAIN_MS);
  }

  private drop(): void {
    this.socket?.removeAllListeners();
    this.socket?.disconnect();
    this.socket = undefined;
    this.isReading = false;
    this.isSending = false;
    this.state = afterEvent(this.state, { type: "dropped" });
  }

  write(message: UtteranceMessage): void {
    this.state = afterEvent(this.state, { type: "wrote", message, at: new Date().toISOString() });
    void this.sendAll();
  }

  /** One at a time, so that order is kept. */
  private async sendAll(): Promise<void> {
    const { socket } = this;
    if (this.isSending || socket === undefined) return;
    this.isSending = true;
    try {
      for (;;) {
        const next = this.state.pending.find(({ sent }) => sent === "waiting");
        if (next === undefined || this.socket !== socket || this.state.line !== "online") return;
        const { messageId, text, choice } = next;
        const message = { messageId, text, ...(choice !== undefined && { choice }) };
        this.acknowledge((await socket.timeout(ANSWER_MS).emitWithAck("utterance", message)) as UtteranceAck);
      }
    } catch {
      this.again(socket);
    } finally {
      if (this.socket === socket) this.isSending = false;
    }
  }

  private acknowledge(ack: UtteranceAck): void {
    if ("stored" in ack) {
      this.acknowledged.set(ack.stored, ack.seq);
      this.state = afterEvent(this.state, { type: "stored", messageId: ack.stored, seq: ack.seq });
      this.readMissing();
    } else if (ack.code !== "unavailable") {
      const { refused, code, message } = ack;
      this.state = afterEvent(this.state, { type: "refused", messageId: refused, refusal: { code, message } });
    }
  }

  private take(page: EntriesPage): void {
    const before = this.state.entries;
    this.state = afterEvent(this.state, { type: "entries", page });
    this.readMissing();
    if (this.state.entries !== before) this.parts.heard(this);
  }

  private readMissing(): void {
    const { socket } = this;
    const since = missingAfter(this.state);
    if (since === undefined || this.isReading || socket === undefined) return;
    this.isReading = true;
    socket
      .timeout(ANSWER_MS)
      .emitWithAck("read", since)
      .then(
        (page: EntriesPage) => {
          this.isReading = false;
          if (this.socket === socket) this.take(page);
        },
        () => this.again(socket),
      );
  }

  last(): Entry | undefined {
    return this.state.entries.at(-1);
  }

  close(): void {
    this.isClosed = true;
    this.drop();
  }
}
