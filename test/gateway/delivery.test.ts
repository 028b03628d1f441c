import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Entry } from "../../server/protocol/index.js";
import { startWorld, type World } from "./world.js";

let world: World;
beforeEach(async () => {
  world = await startWorld({ limits: { conversationBurst: 1_000, networkBurst: 1_000 } });
});
afterEach(() => world.end());

const numbers = (entries: readonly Entry[]) => entries.map(({ seq }) => seq);
const upTo = (last: number) => Array.from({ length: last }, (_, n) => n + 1);

describe("joining", () => {
  it("begins an empty conversation and gives the browser what it needs to come back", async () => {
    const { info, pages } = await world.join();
    expect(info).toMatchObject({ state: "open", last: 0 });
    expect(info.secret.length).toBeGreaterThanOrEqual(22);
    expect(pages).toEqual([{ entries: [], more: false }]);
  });

  it("brings back exactly what was missed", async () => {
    const first = await world.join();
    await first.send("message-1");
    await world.door.say(first.info.conversation, "one", "two");
    await first.until(3);
    await first.leave();
    await world.door.say(first.info.conversation, "three");
    const second = await world.rejoin(first, 3);
    expect(second.info).toMatchObject({ conversation: first.info.conversation, secret: first.info.secret, last: 4 });
    expect(second.arrived.map(({ text }) => text)).toEqual(["three"]);
    const third = await world.rejoin(first, 0);
    expect(numbers(third.arrived)).toEqual([1, 2, 3, 4]);
  });

  it("loses nothing of what is said in the very moment of joining", async () => {
    const first = await world.join();
    const { conversation } = first.info;
    for (let round = 0; round < 10; round += 1) {
      const { arrived: before } = first;
      const seen = before.length;
      const saying = (async () => {
        for (let n = 0; n < 20; n += 1) await world.door.say(conversation, `${round}-${n}`);
      })();
      const second = await world.rejoin(first, seen);
      await saying;
      await second.until((round + 1) * 20);
      await first.until((round + 1) * 20);
      expect(numbers(second.arrived)).toEqual(upTo((round + 1) * 20).slice(seen));
      await second.leave();
    }
    expect(numbers(first.arrived)).toEqual(upTo(200));
  });

  it("loses nothing that is said between reading the first page and sending it", async () => {
    const first = await world.join();
    const { conversation } = first.info;
    await world.door.say(conversation, "before");
    world.door.afterRead = async () => {
      world.door.afterRead = async () => {};
      await world.door.say(conversation, "in between");
    };
    const second = await world.rejoin(first, 0);
    await second.until(2);
    expect(second.arrived.map(({ text }) => text)).toEqual(["before", "in between"]);
  });

  it("sends in order what is told out of order", async () => {
    const client = await world.join();
    const { conversation } = client.info;
    await world.door.say(conversation, "one");
    await world.door.sayQuietly(conversation, "two");
    await world.door.say(conversation, "three");
    await client.until(3);
    expect(client.arrived.map(({ text }) => text)).toEqual(["one", "two", "three"]);
  });

  it("lets a client go that cannot be sent what is missing: it comes again and gets it", async () => {
    const client = await world.join();
    const { conversation } = client.info;
    const failing = async () => {
      throw new Error("disk gone");
    };
    const left = () => new Promise<string>((resolve) => client.socket.once("disconnect", resolve));
    await world.door.sayQuietly(conversation, "one");
    world.door.before.read = failing;
    const gone = left();
    await world.door.say(conversation, "two");
    expect(await gone).toMatch(/transport/);
    world.door.before.read = async () => {};
    const again = await world.rejoin(client, 0);
    expect(numbers(again.arrived)).toEqual([1, 2]);
    world.door.before.read = failing;
    const goneAgain = new Promise<string>((resolve) => again.socket.once("disconnect", resolve));
    void again.read(0).catch(() => undefined);
    expect(await goneAgain).toMatch(/transport/);
  });

  it("loses nothing that is said while the last page of many is on its way", async () => {
    const first = await world.join();
    const { conversation } = first.info;
    await world.door.say(conversation, ...upTo(150).map((n) => `line ${n}`));
    const late = await world.rejoin(first, 0);
    world.door.afterRead = async () => {
      world.door.afterRead = async () => {};
      await world.door.say(conversation, "in between");
    };
    expect((await late.read(100)).more).toBe(false);
    await late.until(151);
    expect(numbers(late.arrived)).toEqual(upTo(151));
  });

  it("lets a client that missed much read on at its own pace, and then goes on live, without gap or repetition", async () => {
    const first = await world.join();
    const { conversation } = first.info;
    await world.door.say(conversation, ...upTo(250).map((n) => `line ${n}`));
    const late = await world.rejoin(first, 0);
    expect(late.pages).toHaveLength(1);
    expect(late.pages[0]).toMatchObject({ more: true });
    expect(late.arrived).toHaveLength(100);
    await world.door.say(conversation, "said meanwhile");
    await late.read(100);
    await world.door.say(conversation, "and again");
    const last = await late.read(200);
    expect(last.more).toBe(false);
    await world.door.say(conversation, "live");
    await late.until(253);
    expect(numbers(late.arrived)).toEqual(upTo(253));
  });

  it("starts from the end of the store for a client that claims to have seen more than there is", async () => {
    const first = await world.join();
    await world.door.say(first.info.conversation, "one");
    const second = await world.rejoin(first, 999);
    await world.door.say(first.info.conversation, "two");
    await second.until(2);
    expect(second.arrived.map(({ text }) => text)).toEqual(["two"]);
  });
});

describe("an utterance", () => {
  it("is acknowledged with its number once it is stored, and shown to every tab", async () => {
    const one = await world.join();
    const other = await world.rejoin(one, 0);
    expect(await one.send("message-1", "where is my order?")).toEqual({ stored: "message-1", seq: 1 });
    expect(await world.door.entries(one.info.conversation)).toMatchObject([
      { seq: 1, from: "shopper", text: "where is my order?", messageId: "message-1" },
    ]);
    await Promise.all([one.until(1), other.until(1)]);
    expect(other.arrived).toEqual(one.arrived);
  });

  it("is not acknowledged before it is stored", async () => {
    const client = await world.join();
    let store = (): void => {};
    world.door.before.receive = () => new Promise<void>((resolve) => (store = resolve));
    const answers: unknown[] = [];
    const answered = client.send("message-1").then((ack) => answers.push(ack));
    await client.read(0);
    expect(answers).toEqual([]);
    store();
    await answered;
    expect(answers).toEqual([{ stored: "message-1", seq: 1 }]);
  });

  it("sent again gets the same answer and is stored once: in a row, at once, in another tab, after a reconnect", async () => {
    const one = await world.join();
    const ack = await one.send("message-1");
    expect(await one.send("message-1", "other words")).toEqual(ack);
    expect(await Promise.all([one.send("message-2"), one.send("message-2"), one.send("message-2")])).toEqual([
      { stored: "message-2", seq: 2 },
      { stored: "message-2", seq: 2 },
      { stored: "message-2", seq: 2 },
    ]);
    const other = await world.rejoin(one, 0);
    expect(await other.send("message-1")).toEqual(ack);
    await one.leave();
    const again = await world.rejoin(one, 2);
    expect(await again.send("message-1")).toEqual(ack);
    expect(await again.send("message-3")).toEqual({ stored: "message-3", seq: 3 });
    expect(numbers(await world.door.entries(one.info.conversation))).toEqual([1, 2, 3]);
  });

  it("keeps its place among others sent without waiting", async () => {
    const client = await world.join();
    const ids = upTo(60).map((n) => `message-${n}`);
    const acks = await Promise.all(ids.map((id) => client.send(id)));
    expect(acks).toEqual(ids.map((stored, at) => ({ stored, seq: at + 1 })));
    expect((await world.door.entries(client.info.conversation)).map(({ text }) => text)).toEqual(ids);
  });

  it("lost on the way with its connection is stored once when it is sent again", async () => {
    const client = await world.join();
    const { conversation } = client.info;
    let arrived = (): void => {};
    const storing = new Promise<void>((resolve) => (arrived = resolve));
    let goOn = (): void => {};
    world.door.before.receive = () => {
      arrived();
      return new Promise<void>((resolve) => (goOn = resolve));
    };
    void client.send("message-1").catch(() => undefined);
    await storing;
    await client.leave();
    goOn();
    world.door.before.receive = async () => {};
    const again = await world.rejoin(client, 0);
    expect(await again.send("message-1")).toEqual({ stored: "message-1", seq: 1 });
    expect(await world.door.entries(conversation)).toHaveLength(1);
  });

  it("that cannot be stored is answered politely, and can be sent again", async () => {
    const client = await world.join();
    world.door.before.receive = async () => {
      throw new Error("disk full at /secret/path");
    };
    const ack = await client.send("message-1");
    expect(ack).toEqual({
      refused: "message-1",
      code: "unavailable",
      message: "Your message could not be saved just now. Please send it again in a moment.",
      retryAfterMs: 5000,
    });
    world.door.before.receive = async () => {};
    expect(await client.send("message-1")).toEqual({ stored: "message-1", seq: 1 });
    expect(world.logged).toMatchObject([{ level: "error", message: "an utterance could not be stored" }]);
  });

  it("carries the choice that was tapped", async () => {
    const client = await world.join();
    await client.send("message-1", "Order 1001", "1001");
    expect(world.door.heard).toMatchObject([{ text: "Order 1001", choice: "1001" }]);
  });

  it("has card numbers taken out before anything else sees it", async () => {
    const client = await world.join();
    await client.send("message-1", "my card is 4111 1111 1111 1111, cvv 123", "4111111111111111");
    expect(world.door.heard).toMatchObject([
      { text: "my card is [card …1111], cvv [removed]", choice: "[card …1111]" },
    ]);
    await client.until(1);
    expect(JSON.stringify([client.arrived, world.logged])).not.toMatch(/4111 ?1111/);
  });

  it.each([
    ["markup", "<script>alert(1)</script><img src=x onerror=alert(1)>"],
    ["SQL", "'; drop table entry; --"],
    ["a template", "{{ constructor.constructor('return process')() }} {% include x %}"],
    ["many scripts", "Привет مرحبا 你好 שלום नमस्ते ไทย"],
    ["emoji", "📦👩‍👩‍👧‍👦🇩🇪"],
    ["JSON", '{"__proto__":{"admin":true}}'],
    ["line breaks", "one\ntwo\n\nthree\tfour"],
  ])("of %s is kept to the letter", async (_, text) => {
    const client = await world.join();
    await client.send("message-1", text);
    await client.until(1);
    expect(client.arrived[0]?.text).toBe(text);
    expect((await world.door.entries(client.info.conversation))[0]?.text).toBe(text);
  });

  it.each([
    ["control characters", "a\u0000b\u0007c\u001bd", "abcd"],
    ["direction overrides", "order \u202E1001\u202C", "order 1001"],
    ["half a surrogate pair", "a\ud800b", "a\ufffdb"],
    ["blanks around it", "  hello \n", "hello"],
    ["line breaks of other systems", "one\r\ntwo\rthree", "one\ntwo\nthree"],
  ])("is freed of %s", async (_, text, kept) => {
    const client = await world.join();
    await client.send("message-1", text);
    expect(world.door.heard.map((heard) => heard.text)).toEqual([kept]);
  });
});

describe("a conversation", () => {
  it("shows who is typing, both ways", async () => {
    const client = await world.join();
    client.socket.emit("typing", true);
    client.socket.emit("typing", "yes" as unknown as boolean);
    client.socket.emit("typing", false);
    await client.read(0);
    expect(world.door.typed).toEqual([true, false]);
    world.door.typing(client.info.conversation, true);
    world.door.typing(client.info.conversation, false);
    await client.read(0);
    expect(client.typing).toEqual([true, false]);
  });

  it("tells when a person takes over, and takes nothing more when it is closed", async () => {
    const client = await world.join();
    const { conversation } = client.info;
    await world.door.setState(conversation, "with_person");
    expect(await client.send("message-1")).toMatchObject({ stored: "message-1" });
    await world.door.setState(conversation, "closed");
    const refusal = { refused: "message-2", code: "closed" };
    expect(await client.send("message-2")).toMatchObject(refusal);
    expect(client.states).toEqual(["with_person", "closed"]);
    const again = await world.rejoin(client, 0);
    expect(again.info.state).toBe("closed");
    expect(await again.send("message-2")).toMatchObject(refusal);
    expect(again.arrived).toHaveLength(1);
  });

  it("is never told to another", async () => {
    const one = await world.join();
    const other = await world.join();
    await one.send("message-1", "a secret");
    await world.door.say(one.info.conversation, "an answer");
    await one.until(2);
    await other.send("message-1", "something else");
    await other.until(1);
    expect(other.arrived.map(({ text }) => text)).toEqual(["something else"]);
    expect((await other.read(0)).entries.map(({ text }) => text)).toEqual(["something else"]);
  });

  it("is listened to no longer than somebody is there", async () => {
    const one = await world.join();
    const two = await world.rejoin(one, 0);
    expect(world.door.listeners(one.info.conversation)).toBe(2);
    await one.leave();
    await two.leave();
    const three = await world.rejoin(one, 0);
    expect(world.door.listeners(one.info.conversation)).toBe(1);
    await three.leave();
  });
});

describe("stopping", () => {
  it("stores and acknowledges what is under way, then lets clients go", async () => {
    const client = await world.join();
    let goOn = (): void => {};
    const storing = new Promise<void>((arrived) => {
      world.door.before.receive = () => {
        arrived();
        return new Promise<void>((resolve) => (goOn = resolve));
      };
    });
    const answer = client.send("message-1");
    const left = new Promise<string>((resolve) => client.socket.once("disconnect", resolve));
    await storing;
    const closing = world.gateway.close();
    // Still answering, and saying that it is on its way out.
    expect((await fetch(`${world.gateway.url}/readyz`)).status).toBe(503);
    goOn();
    expect(await answer).toEqual({ stored: "message-1", seq: 1 });
    await closing;
    expect(await left).toMatch(/server disconnect|transport close/);
  });
});
