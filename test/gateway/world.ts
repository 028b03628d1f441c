import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { io, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";
import {
  type ConversationDoor,
  type ConversationListener,
  type Gateway,
  type GatewayOptions,
  type Proven,
  startGateway,
} from "../../server/gateway/index.js";
import { createIdentity, type Identity, type TokenKey } from "../../server/identity/index.js";
import { systemPorts } from "../../server/ports/index.js";
import type {
  ClientToServer,
  ConversationState,
  EntriesPage,
  Entry,
  Joined,
  JoinRequest,
  ServerToClient,
  UtteranceAck,
} from "../../server/protocol/index.js";
import {
  appendEntries,
  appendShopperEntry,
  createConversation,
  entriesAfter,
  findConversation,
  openStore,
  type Store,
  saveConversation,
} from "../../server/store/index.js";

export const SHOP = "https://shop.example";
export const tokenKey: TokenKey = { kid: "2026", secret: "the-key-of-the-demo-shop-with-32-bytes" };

/** Conversations over a real store, with nobody in them who answers. A test speaks for the bot. */
export interface TestDoor extends ConversationDoor {
  readonly heard: { conversation: string; text: string; choice?: string }[];
  readonly identified: (Proven | undefined)[];
  readonly typed: boolean[];
  say(conversation: string, ...texts: string[]): Promise<void>;
  typing(conversation: string, on: boolean): void;
  setState(conversation: string, state: ConversationState): Promise<void>;
  entries(conversation: string): Promise<readonly Entry[]>;
  listeners(conversation: string): number;
  /** Stores without telling anybody, as when a push is late. */
  sayQuietly(conversation: string, text: string): Promise<void>;
  /** Awaited before an utterance is stored or a page is read; throw to fail it. */
  before: { receive(): Promise<void>; read(): Promise<void> };
  /** Awaited between reading a page and handing it over. */
  afterRead(): Promise<void>;
}

function createDoor(store: Store): TestDoor {
  const listeners = new Map<string, Set<ConversationListener>>();
  const tell = (conversation: string, what: (listener: ConversationListener) => void): void => {
    for (const listener of listeners.get(conversation) ?? []) what(listener);
  };
  const door: TestDoor = {
    heard: [],
    identified: [],
    typed: [],
    before: { receive: async () => {}, read: async () => {} },
    afterRead: async () => {},
    open: async ({ locale, identity }) => {
      const conversation = systemPorts.newId();
      await store.write((tx) =>
        createConversation(tx, {
          id: conversation,
          at: Date.now(),
          locale,
          ...(identity !== undefined && { customer: identity }),
        }),
      );
      return { conversation };
    },
    find: async (conversation) => {
      const found = await store.read((tx) => findConversation(tx, conversation));
      if (found === undefined) return undefined;
      const { state, lastSeq, customer } = found;
      return { state, last: lastSeq, ...customer };
    },
    receive: async (conversation, utterance) => {
      await door.before.receive();
      const { seq, isNew } = await store.write((tx) =>
        appendShopperEntry(tx, conversation, { ...utterance, at: Date.now() }),
      );
      if (isNew) {
        const { text, choice } = utterance;
        door.heard.push({ conversation, text, ...(choice !== undefined && { choice }) });
        const page = await store.read((tx) => entriesAfter(tx, conversation, seq - 1, 1));
        tell(conversation, (listener) => listener.entries({ ...page, more: false }));
      }
      return { seq };
    },
    entriesAfter: async (conversation, since) => {
      await door.before.read();
      const page = await store.read((tx) => entriesAfter(tx, conversation, since));
      await door.afterRead();
      return page;
    },
    identify: async (conversation, who) => {
      door.identified.push(who);
      await store.write(async (tx) => {
        const found = await findConversation(tx, conversation);
        await saveConversation(tx, conversation, found?.turn ?? 0, { at: Date.now(), customer: who ?? null });
      });
    },
    shopperTyping: (_conversation, on) => void door.typed.push(on),
    subscribe: (conversation, listener) => {
      const here = listeners.get(conversation) ?? new Set();
      listeners.set(conversation, here.add(listener));
      return () => void here.delete(listener);
    },
    say: async (conversation, ...texts) => {
      const entries = await store.write((tx) =>
        appendEntries(
          tx,
          conversation,
          texts.map((text) => ({ from: "bot" as const, at: Date.now(), text })),
        ),
      );
      tell(conversation, (listener) => listener.entries({ entries, more: false }));
    },
    sayQuietly: async (conversation, text) => {
      await store.write((tx) => appendEntries(tx, conversation, [{ from: "bot", at: Date.now(), text }]));
    },
    typing: (conversation, on) => tell(conversation, (listener) => listener.typing(on)),
    setState: async (conversation, state) => {
      await store.write((tx) => saveConversation(tx, conversation, 0, { at: Date.now(), state }));
      tell(conversation, (listener) => listener.state(state));
    },
    entries: async (conversation) => (await store.read((tx) => entriesAfter(tx, conversation, 0, 100_000))).entries,
    listeners: (conversation) => listeners.get(conversation)?.size ?? 0,
  };
  return door;
}

type ClientSocket = Socket<ServerToClient, ClientToServer>;

/** A client as the widget is one: it keeps entries by number and reads what is missing. */
export interface Client {
  readonly socket: ClientSocket;
  readonly info: Joined;
  /** Every entry in the order in which it arrived, pushed or read. */
  readonly arrived: Entry[];
  readonly pages: EntriesPage[];
  readonly typing: boolean[];
  readonly states: ConversationState[];
  send(messageId: string, text?: string, choice?: string): Promise<UtteranceAck>;
  read(since: number): Promise<EntriesPage>;
  identify(token: string): Promise<{ ok: boolean; name?: string; message?: string }>;
  /** Resolves when the entry with this number has arrived. */
  until(seq: number): Promise<void>;
  leave(): Promise<void>;
}

export interface World {
  readonly store: Store;
  readonly door: TestDoor;
  readonly identity: Identity;
  readonly gateway: Gateway;
  readonly logged: { level: string; message: string; code?: string }[];
  readonly widget: string;
  /** Joins; rejects with the server's refusal. */
  join(auth?: Partial<JoinRequest> | unknown, options?: Partial<ManagerOptions & SocketOptions>): Promise<Client>;
  /** Joins the same conversation again. */
  rejoin(client: Client, since: number): Promise<Client>;
  end(): Promise<void>;
}

export class Refused extends Error {
  constructor(
    message: string,
    readonly code: string | undefined,
    readonly retryAfterMs: number | undefined,
  ) {
    super(message);
  }
}

export async function startWorld(options: Partial<GatewayOptions> = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "gateway-"));
  const widget = join(folder, "widget");
  mkdirSync(widget);
  writeFileSync(join(widget, "chat.html"), "<!doctype html><title>Chat</title>");
  writeFileSync(join(widget, "loader.js"), "/* loader */");
  writeFileSync(join(widget, "chat.Z4FMDEFP.js"), "/* chat */");
  writeFileSync(join(widget, "chat.Z4FMDEFP.js.gz"), "pressed");
  writeFileSync(join(widget, "manifest.json"), "{}");
  const store = await openStore({ url: join(folder, "aftersale.db") });
  const door = createDoor(store);
  const identity = createIdentity({
    ports: systemPorts,
    secret: Buffer.alloc(32, 7),
    shop: { botId: "demo-bot", name: "Demo Shop", tokenKeys: [tokenKey] },
  });
  const logged: World["logged"] = [];
  const gateway = await startGateway({
    port: 0,
    host: "127.0.0.1",
    conversations: door,
    identity,
    allowedOrigins: [SHOP],
    staticDirs: { widget },
    log: (event) => void logged.push(event),
    ...options,
  });
  const sockets: ClientSocket[] = [];
  const world: World = {
    store,
    door,
    identity,
    gateway,
    logged,
    widget,
    join: async (auth = { protocol: 1, since: 0 }, clientOptions = {}) => {
      const client = connect(gateway.url, auth, clientOptions);
      sockets.push(client.socket);
      return client.ready;
    },
    rejoin: ({ info }, since) =>
      world.join({ protocol: 1, conversation: info.conversation, secret: info.secret, since }),
    end: async () => {
      for (const socket of sockets) socket.disconnect();
      await gateway.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return world;
}

function connect(
  url: string,
  auth: unknown,
  options: Partial<ManagerOptions & SocketOptions>,
): { socket: ClientSocket; ready: Promise<Client> } {
  const socket: ClientSocket = io(url, {
    transports: ["websocket"],
    reconnection: false,
    forceNew: true,
    timeout: 5_000,
    extraHeaders: { origin: url },
    auth: auth as { [key: string]: unknown },
    ...options,
  });
  const arrived: Entry[] = [];
  const pages: EntriesPage[] = [];
  const typing: boolean[] = [];
  const states: ConversationState[] = [];
  const waiting = new Set<() => void>();
  const take = (page: EntriesPage): EntriesPage => {
    arrived.push(...page.entries);
    for (const look of waiting) look();
    return page;
  };
  socket.on("entries", (page) => {
    pages.push(page);
    take(page);
  });
  socket.on("typing", (on) => void typing.push(on));
  socket.on("state", (state) => void states.push(state));
  const ready = new Promise<Client>((resolve, reject) => {
    socket.on("connect_error", (error) => {
      const { code, retryAfterMs } = (error as { data?: { code?: string; retryAfterMs?: number } }).data ?? {};
      reject(new Refused(error.message, code, retryAfterMs));
    });
    let info: Joined | undefined;
    socket.on("joined", (joined) => {
      info = joined;
    });
    socket.once("entries", () => {
      if (info !== undefined) resolve(clientWith(info));
    });
  });
  const clientWith = (info: Joined): Client => ({
    socket,
    info,
    arrived,
    pages,
    typing,
    states,
    send: (messageId, text = messageId, choice) =>
      socket.emitWithAck("utterance", { messageId, text, ...(choice !== undefined && { choice }) }),
    read: async (since) => take(await socket.emitWithAck("read", since)),
    identify: (token) => socket.emitWithAck("identify", token),
    until: (seq) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!arrived.some((entry) => entry.seq >= seq)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    leave: () =>
      new Promise((resolve) => {
        if (!socket.connected) return resolve();
        socket.once("disconnect", () => resolve());
        socket.disconnect();
      }),
  });
  return { socket, ready };
}
