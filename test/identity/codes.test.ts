import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CheckCode, SendCode } from "../../server/identity/index.js";
import { createConversation } from "../../server/store/index.js";
import { HOUR, MINUTE, startWorld, type World } from "./world.js";

const ann = { email: "ann.reed@example.com" };
let world: World;
beforeEach(async () => {
  world = await startWorld();
  await world.start("c1");
});
afterEach(() => world.end());

const send = (change: Partial<SendCode> = {}) =>
  world.store.write((tx) =>
    world.identity.sendCode(tx, { conversation: "c1", account: ann, purpose: "verify", ...change }),
  );
const check = (code: string, change: Partial<CheckCode> = {}) =>
  world.store.write((tx) => world.identity.checkCode(tx, { conversation: "c1", code, purpose: "verify", ...change }));
const wrongFor = (code: string, by = 1) => String((Number(code) + by) % 1_000_000).padStart(6, "0");

describe("a one-time code", () => {
  it("goes to the address on the account and proves that address, once", async () => {
    const sent = await send({ account: { email: " Ann.Reed@Example.com " } });
    expect(sent).toMatchObject({ answer: "sent", what: "mailed" });
    const [mail] = await world.mails();
    expect(mail?.to).toBe("ann.reed@example.com");
    const code = await world.lastCode();
    expect(mail?.subject).not.toContain(code);
    expect(await check(code)).toEqual({ ok: true, email: "ann.reed@example.com", codeId: sent.codeId });
    expect(await check(code)).toEqual({ ok: false, reason: "used", triesLeft: 0 });
  });

  it("may be typed with blanks and dashes", async () => {
    await send();
    const code = await world.lastCode();
    expect(await check(` ${code.slice(0, 3)} - ${code.slice(3)} `)).toMatchObject({ ok: true });
  });

  it("is good for ten minutes, to the second", async () => {
    await send();
    const code = await world.lastCode();
    world.now += 10 * MINUTE;
    expect(await check(code)).toEqual({ ok: false, reason: "expired", triesLeft: 0 });
    world.now -= 1000;
    expect(await check(code)).toMatchObject({ ok: true });
  });

  it("can be tried five times; the sixth try fails even when it is right", async () => {
    await send();
    const code = await world.lastCode();
    for (const left of [4, 3, 2, 1, 0]) {
      expect(await check(wrongFor(code))).toEqual({ ok: false, reason: "wrong", triesLeft: left });
    }
    expect(await check(code)).toEqual({ ok: false, reason: "too_many", triesLeft: 0 });
  });

  it("becomes worthless when a newer one is sent", async () => {
    for (const later of [MINUTE, 0]) {
      world.now += HOUR + MINUTE;
      await send();
      const older = await world.lastCode();
      world.now += later;
      await send();
      const codes = (await world.mails()).map(({ text }) => /^\d{6}$/m.exec(text)?.[0] ?? "");
      const newer = codes.slice(-2).find((code) => code !== older) ?? older;
      expect(await check(older)).toMatchObject({ ok: false, reason: "wrong" });
      expect(await check(newer)).toMatchObject({ ok: true });
    }
  });

  it.each(["", "      ", "abcdef", "12345", "1234567", "0".repeat(100_000), "\u0000", "１２３４５６"])(
    "answers %j with a plain no",
    async (text) => {
      await send();
      expect(await check(text)).toMatchObject({ ok: false, reason: "wrong", triesLeft: 4 });
    },
  );

  it("does not exist before one was asked for", async () => {
    expect(await check("123456")).toEqual({ ok: false, reason: "none", triesLeft: 0 });
  });

  it("is found nowhere in the database's bytes, nor is the address it went to", async () => {
    await send();
    const code = await world.lastCode();
    const folder = dirname(world.url);
    const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    expect(bytes.some((file) => file.includes("aftersale") || file.includes("demo") || file.length > 0)).toBe(true);
    expect(bytes.filter((file) => file.includes(code) || file.includes("ann.reed"))).toEqual([]);
  });
});

describe("a code that allows one effect", () => {
  const refund = "refund|order 1001|24.00 USD|card 4242";
  const stepUp = (change: Partial<CheckCode> = {}) => ({ purpose: "step_up" as const, binding: refund, ...change });

  it("says in the mail what it allows", async () => {
    await send({ purpose: "step_up", binding: refund, allows: "a refund of $24.00 for order 1001." });
    expect((await world.mails())[0]?.text).toContain("a refund of $24.00 for order 1001.");
    expect(await check(await world.lastCode(), stepUp())).toMatchObject({ ok: true });
  });

  it.each([
    ["another amount", { binding: "refund|order 1001|240.00 USD|card 4242" }],
    ["another order", { binding: "refund|order 1002|24.00 USD|card 4242" }],
    ["another destination", { binding: "refund|order 1001|24.00 USD|store credit" }],
    ["no effect at all", { binding: "" }],
  ])("is refused for %s", async (_, change) => {
    await send({ purpose: "step_up", binding: refund });
    expect(await check(await world.lastCode(), stepUp(change))).toMatchObject({ ok: false, reason: "wrong" });
  });

  it("is refused in another conversation, as a proof of identity, twice, and a second too late", async () => {
    await world.start("c2");
    await send({ purpose: "step_up", binding: refund });
    const code = await world.lastCode();
    expect(await check(code, stepUp({ conversation: "c2" }))).toMatchObject({ ok: false, reason: "none" });
    await send({ conversation: "c2", purpose: "step_up", binding: refund, account: { email: "x@example.com" } });
    expect(await check(code, stepUp({ conversation: "c2" }))).toMatchObject({ ok: false, reason: "wrong" });
    expect(await check(code)).toMatchObject({ ok: false, reason: "none" });
    world.now += 10 * MINUTE + 1000;
    expect(await check(code, stepUp())).toMatchObject({ ok: false, reason: "expired" });
    world.now -= 2000;
    expect(await check(code, stepUp())).toMatchObject({ ok: true });
    expect(await check(code, stepUp())).toMatchObject({ ok: false, reason: "used" });
  });
});

describe("nobody can find out who shops here", () => {
  const visible = (sent: { answer: string; codeId?: string }) => ({
    answer: sent.answer,
    codeId: typeof sent.codeId,
  });

  it("answers known and unknown addresses alike, through codes, tries and limits", async () => {
    await world.start("c2");
    const known: unknown[] = [];
    const unknown: unknown[] = [];
    for (let round = 0; round < 6; round += 1) {
      known.push(visible(await send()));
      unknown.push(
        visible(
          await world.store.write((tx) => world.identity.sendCode(tx, { conversation: "c2", purpose: "verify" })),
        ),
      );
      for (let tries = 0; tries < 6; tries += 1) {
        known.push(await check("not it"));
        unknown.push(await check("not it", { conversation: "c2" }));
      }
    }
    expect(unknown).toEqual(known);
    expect(known.at(0)).toEqual({ answer: "sent", codeId: "string" });
    expect(known.at(-7)).toMatchObject({ answer: "too_many" });
  });

  it("writes the same rows for both", async () => {
    const { default: Sqlite } = await import("better-sqlite3");
    await world.start("c2");
    await send();
    await world.store.write((tx) => world.identity.sendCode(tx, { conversation: "c2", purpose: "verify" }));
    const reader = new Sqlite(world.url, { readonly: true });
    expect(reader.prepare("select count(*) as n from code group by conversation").all()).toEqual([{ n: 1 }, { n: 1 }]);
    expect(reader.prepare("select failed from mail order by failed").all()).toEqual([
      { failed: null },
      { failed: "no_account" },
    ]);
    reader.close();
  });

  it("never accepts a code that was not mailed, not even the right one", async () => {
    const digits: string[] = [];
    const watched = await startWorld();
    try {
      const { createIdentity } = await import("../../server/identity/index.js");
      const identity = createIdentity({
        ports: {
          ...watched.ports,
          newDigits: (count) => {
            digits.push("1".repeat(count));
            return "1".repeat(count);
          },
        },
        secret: Buffer.alloc(32, 7),
        shop: { botId: "demo-bot", name: "Demo Shop" },
      });
      await watched.start("c1");
      await watched.store.write((tx) => identity.sendCode(tx, { conversation: "c1", purpose: "verify" }));
      expect(digits).toEqual(["111111"]);
      const answer = await watched.store.write((tx) =>
        identity.checkCode(tx, { conversation: "c1", code: "111111", purpose: "verify" }),
      );
      expect(answer).toMatchObject({ ok: false, reason: "wrong", triesLeft: 4 });
    } finally {
      await watched.end();
    }
  });
});

describe("limits", () => {
  it("mails one address three codes an hour and ten a day, however many conversations ask", async () => {
    let mailed = 0;
    const ask = async (n: number) => {
      await world.start(`x${n}`);
      const sent = await send({ conversation: `x${n}` });
      expect(sent.answer).toBe("sent");
      if (sent.what === "mailed") mailed += 1;
      return sent.what;
    };
    for (let n = 0; n < 3; n += 1) expect(await ask(n)).toBe("mailed");
    expect(await ask(3)).toBe("address_limit");
    for (let n = 4; n < 60; n += 1) {
      world.now += 20 * MINUTE;
      await ask(n);
    }
    expect(mailed).toBeLessThanOrEqual(10);
    world.now += 25 * HOUR;
    expect(await ask(99)).toBe("mailed");
  });

  it("sends at most ten mails to a victim whom ten thousand requests aim at", async () => {
    const { store, identity } = world;
    for (let batch = 0; batch < 20; batch += 1) {
      await Promise.all(
        Array.from({ length: 500 }, (_, n) =>
          store.write(async (tx) => {
            const conversation = `f${batch}-${n}`;
            await createConversation(tx, { id: conversation, at: world.now, locale: "en" });
            await identity.sendCode(tx, { conversation, account: ann, purpose: "verify" });
          }),
        ),
      );
      world.now += 30 * MINUTE;
    }
    expect((await world.mails()).length).toBeLessThanOrEqual(10);
  });

  it("mails so many codes an hour in all and no more, told to nobody, and counts no mail that never left", async () => {
    await world.end();
    world = await startWorld({ limits: { inAllAnHour: 7 } });
    const { store, identity } = world;
    const ask = async (n: number, account?: { email: string }) => {
      const conversation = `all-${n}`;
      await world.start(conversation);
      return store.write((tx) =>
        identity.sendCode(tx, { conversation, purpose: "verify", ...(account && { account }), network: `net-${n}` }),
      );
    };
    for (let n = 0; n < 20; n += 1) expect((await ask(n)).what).toBe("no_account");
    const whats: string[] = [];
    for (let n = 20; n < 40; n += 1) {
      const sent = await ask(n, { email: `customer-${n}@example.com` });
      expect(sent.answer).toBe("sent");
      whats.push(sent.what);
    }
    expect(whats).toEqual([...Array(7).fill("mailed"), ...Array(13).fill("global_limit")]);
    expect((await world.mails()).length).toBe(7);
    world.now += HOUR + 1;
    expect((await ask(50, ann)).what).toBe("mailed");
  });

  it("gives a conversation codes again on the next day", async () => {
    for (let n = 0; n < 6; n += 1) await send();
    world.now += 24 * HOUR;
    expect(await send()).toMatchObject({ answer: "sent", what: "mailed" });
  });

  it("gives one conversation five codes a day and one network ten an hour, and says so", async () => {
    for (let n = 0; n < 5; n += 1) expect((await send()).answer).toBe("sent");
    expect(await send()).toEqual({ answer: "too_many", what: "conversation_limit" });
    for (let n = 0; n < 10; n += 1) {
      await world.start(`n${n}`);
      expect((await send({ conversation: `n${n}`, network: "203.0.113.9" })).answer).toBe("sent");
    }
    await world.start("n10");
    expect(await send({ conversation: "n10", network: "203.0.113.9" })).toEqual({
      answer: "too_many",
      what: "network_limit",
    });
    expect((await send({ conversation: "n10", network: "203.0.113.10" })).answer).toBe("sent");
  });

  it("gives a parallel guesser no more than five tries a code, and locks the address after a hundred", async () => {
    let accepted = 0;
    let counted = 0;
    for (let round = 0; round < 50; round += 1) {
      const conversation = `g${round}`;
      await world.start(conversation);
      await send({ conversation });
      const code = (await world.mails()).length > 0 ? await world.lastCode() : "000000";
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, n) => check(wrongFor(code, n + 1), { conversation })),
      );
      const tried = answers.filter((answer) => !answer.ok && answer.reason === "wrong").length;
      expect(tried).toBe(5);
      counted += tried;
      accepted += answers.filter(({ ok }) => ok).length;
      world.now += 3 * HOUR;
    }
    expect(accepted).toBe(0);
    expect(counted).toBe(250);
    await world.start("later");
    expect(await send({ conversation: "later" })).toMatchObject({ answer: "sent", what: "address_locked" });
    expect((await send({ conversation: "later", account: { email: "bo@example.com" } })).what).toBe("mailed");
  });

  it("accepts no right code for an address that was locked while the code was on its way", async () => {
    const strict = await startWorld({ limits: { failuresInARow: 5 } });
    try {
      const { store, identity } = strict;
      const attempt = (conversation: string, code: string) =>
        store.write((tx) => identity.checkCode(tx, { conversation, code, purpose: "verify" }));
      for (const conversation of ["c1", "c2"]) {
        await strict.start(conversation);
        strict.now += 1;
        await store.write((tx) => identity.sendCode(tx, { conversation, account: ann, purpose: "verify" }));
      }
      const code = await strict.lastCode();
      for (let n = 0; n < 5; n += 1) await attempt("c1", "not it");
      expect(await attempt("c2", code)).toMatchObject({ ok: false, reason: "wrong" });
      await strict.start("c3");
      expect(
        await store.write((tx) => identity.sendCode(tx, { conversation: "c3", account: ann, purpose: "verify" })),
      ).toMatchObject({ answer: "sent", what: "address_locked" });
    } finally {
      await strict.end();
    }
  });

  it("counts failures anew after each right code", async () => {
    const strict = await startWorld({ limits: { failuresInARow: 5 } });
    try {
      const { store, identity } = strict;
      for (const conversation of ["c1", "c2", "c3"]) {
        strict.now += HOUR;
        await strict.start(conversation);
        const request = { conversation, account: ann, purpose: "verify" } as const;
        expect(await store.write((tx) => identity.sendCode(tx, request))).toMatchObject({ what: "mailed" });
        const code = await strict.lastCode();
        const attempt = (typed: string) =>
          store.write((tx) => identity.checkCode(tx, { conversation, code: typed, purpose: "verify" }));
        for (let n = 0; n < 4; n += 1) await attempt("not it");
        expect(await attempt(code)).toMatchObject({ ok: true });
      }
    } finally {
      await strict.end();
    }
  });

  it("cannot be used to lock an address or use up its codes by asking and guessing without receiving", async () => {
    for (let round = 0; round < 40; round += 1) {
      const conversation = `g${round}`;
      await world.start(conversation);
      await send({ conversation });
      for (let n = 0; n < 5; n += 1) await check("not it", { conversation });
    }
    world.now += HOUR + MINUTE;
    expect(await send()).toMatchObject({ what: "mailed" });
    expect(await check(await world.lastCode())).toMatchObject({ ok: true });
  });

  it("counts a try also when many come in one commit", async () => {
    await send();
    const code = await world.lastCode();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => check(n === 7 ? code : wrongFor(code, n + 1))),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(0);
  });
});

describe("a pseudonym", () => {
  it("is the same for one address however it is written, differs for others, and hangs on the server's secret", async () => {
    const { identity } = world;
    const pseudonym = identity.pseudonymOf("ann.reed@example.com");
    expect(pseudonym).toMatch(/^p:[A-Za-z0-9_-]{22}$/);
    expect(identity.pseudonymOf(" Ann.Reed@Example.COM ")).toBe(pseudonym);
    expect(identity.pseudonymOf("ann.reed@example.co")).not.toBe(pseudonym);
    const elsewhere = await startWorld({ secret: Buffer.alloc(32, 8) });
    expect(elsewhere.identity.pseudonymOf("ann.reed@example.com")).not.toBe(pseudonym);
    await elsewhere.end();
  });
});
