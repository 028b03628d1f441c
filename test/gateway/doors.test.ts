import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { signStorefrontToken } from "../../server/identity/index.js";
import { Refused, SHOP, startWorld, tokenKey, type World } from "./world.js";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.end());

const token = (email: string, name?: string, nowMs = Date.now()) =>
  signStorefrontToken(tokenKey, { botId: "demo-bot", email, nowMs, ...(name !== undefined && { name }) });

/** Runs something in a world with other limits. */
async function within<T>(options: Parameters<typeof startWorld>[0], run: (other: World) => Promise<T>): Promise<T> {
  const other = await startWorld(options);
  try {
    return await run(other);
  } finally {
    await other.end();
  }
}

describe("a join", () => {
  const good = { protocol: 1, since: 0 };
  it.each<[string, unknown]>([
    ["nothing", {}],
    ["another protocol", { ...good, protocol: 2 }],
    ["no place to start", { protocol: 1 }],
    ["a place as text", { ...good, since: "0" }],
    ["a place before the beginning", { ...good, since: -1 }],
    ["half a place", { ...good, since: 0.5 }],
    ["a place beyond counting", { ...good, since: 1e300 }],
    ["a conversation without its secret", { ...good, conversation: "abc" }],
    ["a secret without its conversation", { ...good, secret: "abc" }],
    ["a conversation that is a list", { ...good, conversation: ["abc"], secret: "x" }],
    ["a conversation that is an object", { ...good, conversation: { id: 1 }, secret: { $ne: "" } }],
    ["a conversation with odd letters", { ...good, conversation: "../../etc", secret: "x" }],
    ["an endless conversation", { ...good, conversation: "a".repeat(10_000), secret: "x" }],
    ["an endless secret", { ...good, conversation: "abc", secret: "x".repeat(10_000) }],
    ["a locale with markup", { ...good, locale: "<en>" }],
    ["an identity that is no text", { ...good, identity: { email: "ann.reed@example.com" } }],
    ["an endless identity", { ...good, identity: "x".repeat(20_000) }],
  ])("with %s is refused with one plain answer", async (_, auth) => {
    const refusal: unknown = await world.join(auth).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Refused);
    expect(refusal).toMatchObject({
      code: "bad_join",
      message: "The chat could not be opened. Please reload the page.",
    });
  });

  it("ignores what it does not know", async () => {
    expect((await world.join({ ...good, level: "person", email: "ann.reed@example.com" })).info.name).toBeUndefined();
    expect(world.door.identified).toEqual([]);
  });

  it("with a wrong secret opens neither that conversation nor another, and does not say whether it exists", async () => {
    const { info } = await world.join();
    const { info: other } = await world.join();
    const attempt = async (conversation: string, secret: string) =>
      world.join({ ...good, conversation, secret }).catch((error: Refused) => ({ ...error, message: error.message }));
    const refusal = await attempt(info.conversation, "guess");
    expect(refusal).toMatchObject({ code: "unknown_conversation" });
    expect(await attempt(info.conversation, other.secret)).toEqual(refusal);
    expect(await attempt("does-not-exist", "guess")).toEqual(refusal);
    expect(await attempt("does-not-exist", world.identity.issueConversationSecret("does-not-exist"))).toEqual(refusal);
    expect(await attempt(info.conversation, info.secret.slice(0, -1))).toEqual(refusal);
  });

  it("is refused politely while the store is away", async () => {
    world.door.open = async () => {
      throw new Error("disk full");
    };
    await expect(world.join()).rejects.toMatchObject({ code: "unavailable", retryAfterMs: 5000 });
  });

  it("ends, to be tried again, when the first page cannot be read", async () => {
    world.door.before.read = async () => {
      throw new Error("disk gone");
    };
    const joining = world.join().catch(() => "not joined");
    await expect.poll(() => world.logged).toMatchObject([{ message: "entries could not be read" }]);
    void joining;
  });
});

describe("who somebody is", () => {
  it("comes with a storefront token on joining", async () => {
    const client = await world.join({
      protocol: 1,
      since: 0,
      identity: await token("ann.reed@example.com", "Ann Reed"),
    });
    expect(client.info.name).toBe("Ann Reed");
    expect(await world.door.find(client.info.conversation)).toMatchObject({ email: "ann.reed@example.com" });
  });

  it("is added to the running conversation, on rejoining or in the middle", async () => {
    const client = await world.join();
    const { conversation, secret } = client.info;
    const identity = await token("ann.reed@example.com", "Ann Reed");
    const again = await world.join({ protocol: 1, since: 0, conversation, secret, identity });
    expect(again.info).toMatchObject({ conversation, name: "Ann Reed" });
    const other = await world.join();
    expect(await other.identify(await token("bo@example.com", "Bo"))).toEqual({ ok: true, name: "Bo" });
    expect(world.door.identified).toEqual([
      { email: "ann.reed@example.com", name: "Ann Reed" },
      { email: "bo@example.com", name: "Bo" },
    ]);
  });

  it("never makes one customer's conversation another's: the other begins a new one", async () => {
    const ann = await world.join({ protocol: 1, since: 0, identity: await token("ann.reed@example.com", "Ann") });
    await ann.send("message-1", "where is my order 1001?");
    const { conversation, secret } = ann.info;
    const bo = await world.join({
      protocol: 1,
      since: 1,
      conversation,
      secret,
      identity: await token("bo@example.com"),
    });
    expect(bo.info.conversation).not.toBe(conversation);
    expect(bo.info.name).toBeUndefined();
    expect(bo.arrived).toEqual([]);
    expect(await world.door.find(conversation)).toMatchObject({ email: "ann.reed@example.com" });
  });

  it("is nobody with a bad token, and the shop's log says why, without the token", async () => {
    const stale = await token("ann.reed@example.com", "Ann Reed", Date.now() - 3_600_000);
    const client = await world.join({ protocol: 1, since: 0, identity: stale });
    expect(client.info.name).toBeUndefined();
    expect(await client.identify(stale)).toMatchObject({ ok: false });
    expect(await client.identify("x".repeat(60_000))).toMatchObject({ ok: false });
    expect(world.door.identified).toEqual([]);
    expect(world.logged.map(({ code }) => code)).toEqual(["expired", "expired", "too_long"]);
    expect(JSON.stringify(world.logged)).not.toContain(stale.slice(0, 20));
  });

  it("is forgotten on signing out", async () => {
    const client = await world.join({ protocol: 1, since: 0, identity: await token("ann.reed@example.com") });
    expect(await client.identify("")).toEqual({ ok: true });
    expect(world.door.identified).toEqual([undefined]);
    expect(await client.identify(7 as unknown as string)).toMatchObject({ ok: false });
  });
});

describe("origins", () => {
  const withHeaders = (extraHeaders: Record<string, string>, transports: ("websocket" | "polling")[]) =>
    world.join(undefined, { extraHeaders, transports });
  const foreign = [
    "https://evil.example",
    "null",
    `${SHOP}.evil.example`,
    "http://shop.example",
    "https://shop.example:8443",
  ];

  describe.each<"websocket" | "polling">(["websocket", "polling"])("over %s", (transport) => {
    it.each(foreign)("refuses %s", async (origin) => {
      await expect(withHeaders({ origin }, [transport])).rejects.toBeInstanceOf(Refused);
    });

    it("refuses a client without any", async () => {
      await expect(withHeaders({}, [transport])).rejects.toBeInstanceOf(Refused);
      await expect(withHeaders({ referer: "https://evil.example/" }, [transport])).rejects.toBeInstanceOf(Refused);
      await expect(withHeaders({ "sec-fetch-site": "cross-site" }, [transport])).rejects.toBeInstanceOf(Refused);
    });

    it("lets in the shop's pages and the chat's own frame", async () => {
      await withHeaders({ origin: SHOP }, [transport]);
      await withHeaders({ origin: world.gateway.url }, [transport]);
      await withHeaders({ origin: `http://localhost:${world.gateway.port}` }, [transport]);
    });
  });

  it("lets in the first polling request of the chat's own frame, which has no origin", async () => {
    await withHeaders({ "sec-fetch-site": "same-origin" }, ["polling"]);
    await withHeaders({ referer: `${world.gateway.url}/chat` }, ["polling"]);
  });

  it("may change while the server runs", async () => {
    const shops: string[] = [];
    await within({ allowedOrigins: () => shops }, async (other) => {
      const origin = "https://new.example";
      await expect(other.join(undefined, { extraHeaders: { origin } })).rejects.toBeInstanceOf(Refused);
      shops.push(`${origin}/some/page`);
      await other.join(undefined, { extraHeaders: { origin } });
    });
  });
});

describe("what cannot be an utterance", () => {
  it.each<[string, unknown, string]>([
    ["nothing", undefined, ""],
    ["null", null, ""],
    ["text", "hello", ""],
    ["a list", ["message-1", "hello"], ""],
    ["no id", { text: "hello" }, ""],
    ["a short id", { messageId: "1", text: "hello" }, "1"],
    ["an endless id", { messageId: "x".repeat(5_000), text: "hello" }, "x".repeat(64)],
    ["an id with odd letters", { messageId: "message 1!", text: "hello" }, "message 1!"],
    ["an id that is an object", { messageId: { toString: "x" }, text: "hello" }, ""],
    ["no text", { messageId: "message-1" }, "message-1"],
    ["a number as text", { messageId: "message-1", text: 7 }, "message-1"],
    ["an empty text", { messageId: "message-1", text: "" }, "message-1"],
    ["blanks", { messageId: "message-1", text: " \n\t " }, "message-1"],
    ["what nobody can see", { messageId: "message-1", text: "\u200b\u2060\u00ad\u3164" }, "message-1"],
    ["a choice that is an object", { messageId: "message-1", text: "x", choice: {} }, "message-1"],
    ["an endless choice", { messageId: "message-1", text: "x", choice: "x".repeat(500) }, "message-1"],
    ["binary data", Buffer.from("hello"), ""],
  ])("is refused: %s", async (_, message, refused) => {
    const client = await world.join();
    const ack = await client.socket.emitWithAck("utterance", message as never);
    expect(ack).toMatchObject({ refused, code: "invalid", message: expect.stringMatching(/^That message could not/) });
    expect(await client.send("message-9", "still here")).toMatchObject({ stored: "message-9" });
    expect(await world.door.entries(client.info.conversation)).toHaveLength(1);
  });

  it("is refused kindly when it has more than 4,000 characters; with 4,000 it is not", async () => {
    const client = await world.join();
    expect(await client.send("message-1", "x".repeat(4_001))).toMatchObject({
      refused: "message-1",
      code: "too_long",
      message: expect.stringContaining("smaller parts"),
    });
    expect(await client.send("message-2", "📦".repeat(4_000))).toMatchObject({ stored: "message-2" });
  });

  it("needs no callback, or not a real one", async () => {
    const client = await world.join();
    const emit = client.socket.emit.bind(client.socket) as (event: string, ...rest: unknown[]) => void;
    emit("utterance");
    emit("utterance", { messageId: "message-1", text: "hello" });
    emit("utterance", { messageId: "message-2", text: "hello" }, "not a function");
    emit("read");
    emit("read", "x", {});
    emit("identify");
    emit("typing");
    emit("__proto__", { polluted: true });
    emit("joined", { conversation: "x" });
    await client.until(2);
    expect(await client.read(Number.NaN)).toEqual({ entries: [], more: false });
    expect(await client.read(-5)).toEqual({ entries: [], more: false });
    expect(await client.send("message-3")).toMatchObject({ seq: 3 });
  });
});

describe("too much", () => {
  it("of one message ends that connection and nothing else", async () => {
    const other = await world.join();
    const client = await world.join();
    const left = new Promise<string>((resolve) => client.socket.once("disconnect", resolve));
    void client.send("message-1", "x".repeat(1_000_000)).catch(() => undefined);
    expect(await left).toMatch(/transport/);
    expect(await other.send("message-1")).toMatchObject({ stored: "message-1" });
    const again = await world.rejoin(client, 0);
    expect(await again.send("message-2")).toMatchObject({ seq: 1 });
  });

  it("at once from one conversation waits a little, and is refused politely only where the wait would be long", async () => {
    const limits = { conversationBurst: 5, conversationEveryMs: 100, longestWaitMs: 200 };
    await within({ limits }, async (other) => {
      const client = await other.join();
      const acks = await Promise.all(Array.from({ length: 12 }, (_, n) => client.send(`message-${n}`)));
      expect(acks.map((ack) => "stored" in ack)).toEqual([...Array(7).fill(true), ...Array(5).fill(false)]);
      expect(acks.at(-1)).toMatchObject({ refused: "message-11", code: "too_fast", message: /quick/ });
      const { retryAfterMs = 0 } = acks.at(-1) as { retryAfterMs?: number };
      expect(retryAfterMs).toBeGreaterThan(200);
      expect(retryAfterMs).toBeLessThanOrEqual(300);
      expect((await other.door.entries(client.info.conversation)).map(({ messageId }) => messageId)).toEqual(
        Array.from({ length: 7 }, (_, n) => `message-${n}`),
      );
      expect((await other.rejoin(client, 0)).info.last).toBe(7);
    });
  });

  it("is the same for two tabs together, and no concern of other conversations", async () => {
    const limits = { conversationBurst: 5, conversationEveryMs: 60_000, longestWaitMs: 0 };
    await within({ limits }, async (other) => {
      const one = await other.join();
      const two = await other.rejoin(one, 0);
      const someoneElse = await other.join();
      const acks = await Promise.all(
        Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? one : two).send(`message-${n}`)),
      );
      expect(acks.filter((ack) => "stored" in ack)).toHaveLength(5);
      expect(await someoneElse.send("message-1")).toMatchObject({ stored: "message-1" });
      expect(await one.send("message-0")).toMatchObject({ stored: "message-0" });
    });
  });

  it("from one network is refused for all of its conversations", async () => {
    const limits = { networkBurst: 6, networkEveryMs: 60_000 };
    await within({ limits }, async (other) => {
      const clients = await Promise.all([other.join(), other.join(), other.join()]);
      const acks = await Promise.all(clients.flatMap((client) => [1, 2, 3].map((n) => client.send(`message-${n}`))));
      expect(acks.filter((ack) => "stored" in ack)).toHaveLength(6);
      expect(acks.filter((ack) => "refused" in ack && ack.code === "too_fast")).toHaveLength(3);
    });
  });

  it("of connections from one network is refused, and is forgotten when they end", async () => {
    await within({ limits: { socketsPerNetwork: 3 } }, async (other) => {
      const clients = await Promise.all([other.join(), other.join(), other.join()]);
      await expect(other.join()).rejects.toBeInstanceOf(Refused);
      await clients[0]?.leave();
      const { conversation, secret } = clients[1]?.info ?? {};
      await expect
        .poll(() =>
          other.join({ protocol: 1, since: 0, conversation, secret }).then(
            () => "in",
            () => "refused",
          ),
        )
        .toBe("in");
    });
  });

  it("of connections in all is refused", async () => {
    await within({ limits: { socketsInAll: 2 } }, async (other) => {
      const [first] = await Promise.all([other.join(), other.join()]);
      await expect(other.join()).rejects.toBeInstanceOf(Refused);
      await first?.leave();
      await expect
        .poll(() =>
          other.join().then(
            () => "in",
            () => "refused",
          ),
        )
        .toBe("in");
    });
  });

  it("of new conversations from one network is refused, while old ones can be joined", async () => {
    await within({ limits: { openingBurst: 2, openingEveryMs: 60_000 } }, async (other) => {
      const first = await other.join();
      await other.join();
      await expect(other.join()).rejects.toMatchObject({ code: "too_many", retryAfterMs: expect.any(Number) });
      await other.rejoin(first, 0);
    });
  });

  it("is counted by the address that our own proxy saw, not by what a client writes", async () => {
    const limits = { socketsPerNetwork: 1 };
    const from = (forwarded: string, other: World) =>
      other.join(undefined, { extraHeaders: { origin: other.gateway.url, "x-forwarded-for": forwarded } });
    await within({ limits, trustedProxies: 1 }, async (other) => {
      await from("203.0.113.1", other);
      await from("203.0.113.1, 203.0.113.2", other);
      await expect(from("198.51.100.7, 203.0.113.1", other)).rejects.toBeInstanceOf(Refused);
      await from("2001:db8:1:2:aaaa::1", other);
      await expect(from("2001:db8:1:2:bbbb::2", other)).rejects.toBeInstanceOf(Refused);
      await from("2001:db8:1:3::1", other);
      await expect(from("::ffff:203.0.113.1", other)).rejects.toBeInstanceOf(Refused);
    });
    await within({ limits }, async (other) => {
      await from("203.0.113.1", other);
      await expect(from("203.0.113.2", other)).rejects.toBeInstanceOf(Refused);
    });
  });

  it("of events of any kind ends the connection", async () => {
    const client = await world.join();
    const left = new Promise<string>((resolve) => client.socket.once("disconnect", resolve));
    for (let n = 0; n < 1_000; n += 1) client.socket.emit("typing", n % 2 === 0);
    expect(await left).toMatch(/transport/);
    expect(world.door.typed.length).toBeLessThanOrEqual(201);
    expect(world.logged).toMatchObject([{ level: "warn", message: "a client sent far too many events" }]);
  });

  it("for a client that does not read ends its connection, not the server's patience or memory", async () => {
    await within({ limits: { unreadBytes: 64 * 1024 } }, async (other) => {
      const reader = await other.join();
      const { conversation } = reader.info;
      const sleeper = await other.rejoin(reader, 0);
      const { engine } = sleeper.socket.io;
      (engine.transport as unknown as { ws: { _socket: { pause(): void } } }).ws._socket.pause();
      const line = "x".repeat(4_000);
      let said = 0;
      while (other.door.listeners(conversation) === 2 && said < 20_000) {
        await other.door.say(conversation, ...Array<string>(50).fill(line));
        said += 50;
      }
      expect(other.door.listeners(conversation)).toBe(1);
      expect(other.logged).toMatchObject([{ message: "a client does not read what it is sent" }]);
      await reader.until(said);
      expect(reader.arrived).toHaveLength(said);
    });
  });
});
