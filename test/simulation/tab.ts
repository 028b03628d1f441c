/**
 * One browser tab: the widget's own state (`widget/chat/conversation.ts`) behind a connection that is cut, slow and
 * forgetful. It does what the widget promises: keep what was written, send it again until an answer names it, read what is missing.
 */
import type { ShopperSocket } from "../../server/gateway/shopper-socket.js";
import type { EntriesPage, Entry, UtteranceAck, UtteranceMessage } from "../../server/protocol/index.js";
import { afterEvent, type Conversation, missingAfter, newConversation } from "../../widget/chat/conversation.js";
import type { Engine } from "./engine.js";
import type { Lots } from "./lots.js";
import type { Server } from "./server.js";

export interface TabParts {
  readonly name: string;
  readonly engine: Engine;
  readonly lots: Lots;
  /** The life of the server that can be reached now. */
  readonly server: () => Server | undefined;
  /** Proven by the storefront; nobody when left out. */
  readonly identity?: { readonly email: string; readonly name: string };
  readonly networkFaults: () => boolean;
  readonly count: (fault: string) => void;
  readonly heard: (tab: Tab) => void;
}

const RESEND_MS = 4_000;
const CONNECT_AGAIN_MS = 500;

type Handler = (...values: unknown[]) => void;

/** A connection of one tab with one life of the server. */
class Line {
  open = true;
  /** Packets stay in order, each way: one cannot arrive before the one that was sent earlier. */
  readonly arrivesAfter = { us: 0, server: 0 };
  readonly handlers = new Map<string, Handler>();
  constructor(readonly server: Server) {}
}

export class Tab {
  state: Conversation = newConversation;
  readonly acknowledged = new Map<string, number>();
  private line: Line | undefined;
  private isConnecting = false;
  private isReading = false;
  /** The conversation of another tab. */
  private shared: string | undefined;

  constructor(readonly parts: TabParts) {}

  get name(): string {
    return this.parts.name;
  }

  /** @param conversation one that another tab has opened */
  connect(conversation?: string): void {
    this.shared ??= conversation;
    if (this.line !== undefined || this.isConnecting) return;
    const { engine, lots } = this.parts;
    this.isConnecting = true;
    engine.after(lots.between(20, CONNECT_AGAIN_MS), `${this.name} connects`, () => {
      this.isConnecting = false;
      const server = this.parts.server();
      if (server?.alive !== true) return this.connect();
      const line = new Line(server);
      this.line = line;
      void this.join(line, this.state.id ?? this.shared);
      // A server that dies while somebody joins never says so.
      engine.after(RESEND_MS, "joining takes too long", () => {
        if (this.line === line && this.state.line !== "online") this.drop("it does not let us in");
      });
    });
  }

  private async join(line: Line, conversation: string | undefined): Promise<void> {
    const { identity } = this.parts;
    const { conversations } = line.server;
    const id = conversation ?? (await conversations.open({ locale: "en", ...(identity && { identity }) })).conversation;
    const found = await conversations.find(id);
    if (!line.open || found === undefined) return;
    const since = Math.min(this.state.entries.length, found.last);
    const joined = { conversation: id, secret: "", state: found.state, last: found.last, since, locale: "en" };
    line.server.serve(this.socketOf(line, { ...joined, network: this.name }));
  }

  /** What the gateway sees of us. */
  private socketOf(line: Line, joined: object): ShopperSocket {
    const conn = { writeBuffer: [], transport: {}, close: () => this.drop("the server hangs up") };
    return {
      data: { joined },
      conn,
      use: () => undefined,
      on: (event: string, handler: Handler) => line.handlers.set(event, handler),
      emit: (event: string, value: unknown) => this.toUs(line, event, () => this.hear(event, value)),
    } as unknown as ShopperSocket;
  }

  /** From the server to us; what was on its way when the line broke never comes. */
  private toUs(line: Line, what: string, arrives: () => void): void {
    const { engine } = this.parts;
    engine.after(this.delay(line, "us"), `${what} for ${this.name}`, () => {
      if (!line.open) return;
      this.maybeCut();
      if (line.open) arrives();
    });
  }

  private delay(line: Line, way: "us" | "server"): number {
    const { engine, lots } = this.parts;
    const at = Math.max(engine.at + lots.between(5, 80), line.arrivesAfter[way]);
    line.arrivesAfter[way] = at;
    return at - engine.at;
  }

  private toServer(event: string, value: unknown, ack: Handler): void {
    const { engine } = this.parts;
    const { line } = this;
    if (line === undefined) return;
    engine.after(this.delay(line, "server"), `${event} from ${this.name}`, () => {
      if (line.open && line.server.alive) line.handlers.get(event)?.(value, ack);
    });
  }

  /** At any packet the line may break. */
  private maybeCut(): void {
    const { lots, networkFaults, count } = this.parts;
    if (!networkFaults() || !lots.chance(0.02)) return;
    count("line cut");
    this.drop("the line is cut");
  }

  drop(why: string): void {
    const { line } = this;
    if (line === undefined) return;
    this.parts.engine.log(() => `${this.name}: offline, ${why}`);
    line.open = false;
    this.line = undefined;
    this.isReading = false;
    if (line.server.alive) line.handlers.get("disconnect")?.();
    this.state = afterEvent(this.state, { type: "dropped" });
    this.connect();
  }

  private hear(event: string, value: unknown): void {
    const before = this.state;
    if (event === "joined") {
      this.state = afterEvent(before, { type: "joined", info: value as never });
      for (const message of this.state.pending) if (message.sent === "waiting") this.send(message);
    } else if (event === "entries") this.state = afterEvent(before, { type: "entries", page: value as EntriesPage });
    else if (event === "state") this.state = afterEvent(before, { type: "phase", phase: value as never });
    this.readMissing();
    if (this.state.entries !== before.entries) {
      for (const { from, text } of this.state.entries.slice(before.entries.length))
        this.parts.engine.log(() => `${this.name} sees ${from}: ${text.replaceAll("\n", " / ").slice(0, 100)}`);
      this.parts.heard(this);
    }
  }

  private readMissing(): void {
    const since = missingAfter(this.state);
    const { line } = this;
    if (since === undefined || this.isReading || line === undefined) return;
    this.isReading = true;
    this.toServer("read", since, (page) =>
      this.toUs(line, "a page", () => {
        this.isReading = false;
        this.hear("entries", page);
      }),
    );
  }

  write(message: UtteranceMessage): void {
    this.parts.engine.log(() => `${this.name} writes ${message.messageId}: ${message.text}`);
    this.state = afterEvent(this.state, { type: "wrote", message, at: new Date(this.parts.engine.wall).toISOString() });
    this.send(message);
  }

  private send({ messageId, text, choice }: UtteranceMessage): void {
    const { engine, lots, networkFaults, count } = this.parts;
    const { line } = this;
    const isWaiting = (): boolean =>
      this.state.pending.some((each) => each.messageId === messageId && each.sent === "waiting");
    // Before we know which conversation it is, nothing is sent into it.
    if (!isWaiting() || line === undefined || this.state.line !== "online") return;
    const ack: Handler = (answer) => {
      // The last thing that this process does: it is heard, and nothing after it.
      if (!line.server.crossing("after ack", "utterance")) return this.acknowledge(answer as UtteranceAck);
      if (networkFaults() && lots.chance(0.05)) return count("lost acknowledgement");
      this.toUs(line, "an acknowledgement", () => this.acknowledge(answer as UtteranceAck));
    };
    const message = { messageId, text, ...(choice !== undefined && { choice }) };
    const times = networkFaults() && lots.chance(0.05) ? 2 : 1;
    if (times === 2) count("duplicate message");
    for (let time = 0; time < times; time += 1) this.toServer("utterance", message, ack);
    engine.after(RESEND_MS, "sends it again", () => {
      if (this.line === line) this.send(message);
    });
  }

  private acknowledge(answer: UtteranceAck): void {
    if ("stored" in answer) {
      this.acknowledged.set(answer.stored, answer.seq);
      this.state = afterEvent(this.state, { type: "stored", messageId: answer.stored, seq: answer.seq });
      return this.readMissing();
    }
    const { refused, code, message } = answer;
    this.parts.engine.log(() => `${this.name}: ${refused} is refused (${code})`);
    // The shopper presses the button again: the same words under the same id.
    if (code === "unavailable" || code === "too_fast")
      this.parts.engine.after(RESEND_MS, "tries again", () => {
        const pending = this.state.pending.find((each) => each.messageId === refused);
        if (pending !== undefined) this.send(pending);
      });
    else this.state = afterEvent(this.state, { type: "refused", messageId: refused, refusal: { code, message } });
  }

  last(): Entry | undefined {
    return this.state.entries.at(-1);
  }
}
