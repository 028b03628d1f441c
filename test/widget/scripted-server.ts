/**
 * A small real server that speaks the widget's protocol over real Socket.IO, with scripted answers and faults on request.
 * For tests of the widget alone, and to look at it by hand: `node --import tsx test/widget/scripted-server.ts`.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server as HttpServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Server, type Socket } from "socket.io";
import type {
  ClientToServer,
  ConversationState,
  Entry,
  JoinRequest,
  ServerToClient,
  UtteranceAck,
  UtteranceMessage,
} from "../../server/protocol/index.js";
import { buildWidget } from "../../widget/index.js";
import { type Answer, answerTo } from "./script.js";

const PAGE = 100;

interface Talk {
  readonly id: string;
  readonly secret: string;
  readonly entries: Entry[];
  readonly stored: Map<string, number>;
  state: ConversationState;
}

/** Each is used up once per message or push that it applies to. */
export interface Faults {
  /** Acknowledgements that are swallowed after the message was stored. */
  swallowAcks: number;
  /** Pushes of entries that never arrive. */
  losePushes: number;
  /** Pushes that arrive twice. */
  doublePushes: number;
  /** Answers the next messages with this instead of storing them. */
  refusals: Extract<UtteranceAck, { refused: string }>["code"][];
  /** The line stays open and nothing comes through (a half-open connection). */
  deaf: boolean;
}

export interface ScriptedServer {
  /** Origin of the chat. The shop's page is on another origin: `shop`. */
  readonly origin: string;
  readonly shop: string;
  readonly faults: Faults;
  readonly talks: readonly Talk[];
  /** Every utterance that arrived, resent ones included. */
  readonly arrived: readonly UtteranceMessage[];
  /** What the shopper's keyboard was said to do. */
  readonly typed: readonly boolean[];
  /** Tokens that came with joins. */
  readonly identities: readonly (string | undefined)[];
  /** How many lines are open. */
  lines(): number;
  /** Drops every line. */
  cut(): void;
  /** Refuses new lines until `up`. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** Forgets every conversation, as after an erasure. */
  erase(): void;
  say(text: string): void;
  typing(on: boolean): void;
  close(): Promise<void>;
}

const CHAT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self' ws:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors http://localhost:*",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const shopPage = (chat: string, lang: string, head: string, body: string) => `<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<script src="/shop.js"></script><script async src="${chat}/widget/loader.js" data-accent="#1f5c45"></script>${head}</head>
<body><main><h1>A shop</h1>${body}</main></body></html>`;

/** Counts what the page's own policy objects to, and has the token ready that a shop would make. */
const SHOP_SCRIPT = `
window.violations = [];
addEventListener("securitypolicyviolation", (e) => violations.push(e.violatedDirective + " " + e.blockedURI));
window.Aftersale = (...args) => { (Aftersale.q = Aftersale.q || []).push(args); };
window.tokens = 0;
if (location.search.includes("signed-in")) {
  Aftersale("identify", async () => {
    tokens++;
    return ["e30", btoa(JSON.stringify({ sub: new URLSearchParams(location.search).get("signed-in") })), "x"].join(".");
  });
}
`;

export interface ScriptedServerOptions {
  readonly port?: number;
  /** How soon a client takes a silent line for dead, in milliseconds; Socket.IO's own by default. */
  readonly heartbeatMs?: number;
}

export async function startScriptedServer({
  port = 0,
  heartbeatMs,
}: ScriptedServerOptions = {}): Promise<ScriptedServer> {
  // Built anew into a folder of its own: test files run side by side, and must not see each other's half-written builds.
  const built = await mkdtemp(join(tmpdir(), "aftersale-widget-"));
  await buildWidget(built);

  const faults: Faults = { swallowAcks: 0, losePushes: 0, doublePushes: 0, refusals: [], deaf: false };
  const talks: Talk[] = [];
  const arrived: UtteranceMessage[] = [];
  const typed: boolean[] = [];
  const identities: (string | undefined)[] = [];
  let open = true;

  const http = createServer((request, response) => void serve(request.url ?? "/", response));
  const io = new Server<ClientToServer, ServerToClient, Record<string, never>, { talk: Talk }>(http, {
    allowRequest: (_request, decide) => decide(open ? null : "down", open),
    serveClient: false,
    ...(heartbeatMs === undefined ? {} : { pingInterval: heartbeatMs, pingTimeout: heartbeatMs }),
  });

  async function serve(url: string, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams } = new URL(url, "http://shop");
    const language = /^[a-z]{2}$/.exec(searchParams.get("lang") ?? "")?.[0] ?? "en";
    const head = searchParams.has("reset") ? '<link rel="stylesheet" href="/reset.css">' : "";
    const send = (type: string, body: string | Buffer, policy: string) =>
      response
        .writeHead(200, { "content-type": type, "content-security-policy": policy, "cache-control": "no-store" })
        .end(body);
    const chat = originOf(http);
    const shopPolicy = `default-src 'none'; script-src 'self' ${chat}; style-src 'self'; frame-src ${chat}; require-trusted-types-for 'script'; trusted-types 'none'`;
    if (path === "/shop")
      return void send("text/html; charset=utf-8", shopPage(chat, language, head, "<p>Coffee, tea.</p>"), shopPolicy);
    if (path === "/checkout") {
      return void send(
        "text/html; charset=utf-8",
        shopPage(chat, language, head, '<input autocomplete="cc-number">'),
        shopPolicy,
      );
    }
    if (path === "/reset.css") return void send("text/css", "* { all: unset !important; }", shopPolicy);
    if (path === "/shop.js") return void send("text/javascript", SHOP_SCRIPT, shopPolicy);
    const file = path === "/chat" ? "chat.html" : /^\/widget\/([\w.-]+)$/.exec(path)?.[1];
    try {
      const body = await readFile(join(built, file ?? "none"));
      const type = { html: "text/html; charset=utf-8", js: "text/javascript", css: "text/css" }[
        path === "/chat" ? "html" : path.endsWith(".css") ? "css" : "js"
      ];
      send(type, body, CHAT_POLICY);
    } catch {
      response.writeHead(404).end();
    }
  }

  function add(talk: Talk, entry: Omit<Entry, "seq" | "at">): Entry {
    const made: Entry = { seq: talk.entries.length + 1, at: new Date().toISOString(), ...entry };
    talk.entries.push(made);
    push(talk, made);
    return made;
  }

  function push(talk: Talk, entry: Entry): void {
    if (faults.deaf) return;
    if (faults.losePushes > 0) {
      faults.losePushes--;
      return;
    }
    const times = faults.doublePushes > 0 ? 2 : 1;
    if (times === 2) faults.doublePushes--;
    for (let time = 0; time < times; time++) io.to(talk.id).emit("entries", { entries: [entry], more: false });
  }

  function hear(talk: Talk, message: UtteranceMessage, ack: (answer: UtteranceAck) => void): void {
    arrived.push(message);
    if (faults.deaf) return;
    const { messageId, text, choice } = message;
    const refused = faults.refusals.shift();
    if (refused) {
      ack({ refused: messageId, code: refused, message: "That was quick. Please wait a moment.", retryAfterMs: 1000 });
      return;
    }
    const known = talk.stored.get(messageId);
    const seq = known ?? add(talk, { from: "shopper", text, parts: [], messageId }).seq;
    talk.stored.set(messageId, seq);
    if (faults.swallowAcks > 0) faults.swallowAcks--;
    else ack({ stored: messageId, seq });
    if (known === undefined) void reply(talk, answerTo(text, choice));
  }

  async function reply(talk: Talk, answer: Answer): Promise<void> {
    io.to(talk.id).emit("typing", true);
    await new Promise((resolve) => setTimeout(resolve, answer.afterMs ?? 0));
    for (const entry of answer.entries) add(talk, entry);
    io.to(talk.id).emit("typing", false);
    if (answer.state) {
      talk.state = answer.state;
      io.to(talk.id).emit("state", answer.state);
    }
  }

  io.use((socket, next) => {
    const { conversation } = socket.handshake.auth as JoinRequest;
    const unknown = conversation !== undefined && !talks.some(({ id }) => id === conversation);
    next(unknown ? Object.assign(new Error("gone"), { data: { code: "unknown_conversation" } }) : undefined);
  });
  io.on("connection", (socket: Socket<ClientToServer, ServerToClient>) => {
    if (faults.deaf) return;
    const join = socket.handshake.auth as JoinRequest;
    identities.push(join.identity);
    const kept = talks.find(({ id, secret }) => id === join.conversation && secret === join.secret);
    const talk = kept ?? { id: newId(), secret: newId(), entries: [], stored: new Map(), state: "open" };
    if (!kept) talks.push(talk);
    void socket.join(talk.id);
    socket.emit("joined", {
      conversation: talk.id,
      secret: talk.secret,
      state: talk.state,
      last: talk.entries.length,
      ...(join.identity ? { name: "Ann" } : {}),
      theme: { accent: "#1f5c45", title: "Orchard & Pine" },
    });
    socket.emit("entries", page(talk, kept ? join.since : 0));
    socket.on("utterance", (message, ack) => hear(talk, message, ack));
    socket.on("read", (since, ack) => {
      if (!faults.deaf) ack(page(talk, since));
    });
    socket.on("typing", (on) => void typed.push(on));
    socket.on("identify", (_token, ack) => ack({ ok: true }));
  });

  await new Promise<void>((resolve) => http.listen(port, () => resolve()));
  // The shop's page is on another origin of the same site, as `chat.shop.example` is to `shop.example`.
  const shop = createServer((request, response) => void serve(request.url ?? "/", response));
  await new Promise<void>((resolve) => shop.listen(port === 0 ? 0 : port + 1, () => resolve()));
  return {
    origin: originOf(http),
    shop: originOf(shop),
    faults,
    talks,
    arrived,
    typed,
    identities,
    lines: () => io.engine.clientsCount,
    cut: () => io.disconnectSockets(true),
    async down() {
      open = false;
      io.disconnectSockets(true);
    },
    async up() {
      open = true;
    },
    erase: () => void talks.splice(0),
    say(text) {
      for (const talk of talks) add(talk, { from: "agent", text, parts: [] });
    },
    typing: (on) => void io.emit("typing", on),
    async close() {
      shop.closeAllConnections();
      shop.close();
      await io.close();
      await rm(built, { recursive: true, force: true });
    },
  };
}

function originOf(server: HttpServer): string {
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

function page({ entries }: Talk, since: number) {
  return { entries: entries.slice(since, since + PAGE), more: entries.length > since + PAGE };
}

function newId(): string {
  return randomBytes(16).toString("base64url");
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { shop } = await startScriptedServer({ port: Number(process.argv[2] ?? 4321) });
  process.stdout.write(`${shop}/shop\n`);
}
