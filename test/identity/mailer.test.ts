import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Mailer, type MailerOptions, startMailer } from "../../server/identity/index.js";
import { dueMails, nextMailDue } from "../../server/store/index.js";
import { HOUR, startWorld, type World } from "./world.js";

interface Mailbox {
  readonly url: string;
  readonly received: { readonly to: string[]; readonly raw: string }[];
  /** What the server says next, before it takes mail again. */
  readonly refusals: { readonly responseCode: number; readonly after?: "data" }[];
  close(): Promise<void>;
}

async function startMailbox(): Promise<Mailbox> {
  const received: { to: string[]; raw: string }[] = [];
  const refusals: { responseCode: number; after?: "data" }[] = [];
  const refusalFor = (place: "data" | undefined) => {
    if (refusals[0] === undefined || refusals[0].after !== place) return undefined;
    return Object.assign(new Error("not now"), { responseCode: refusals.shift()?.responseCode });
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    onRcptTo: (_address, _session, done) => done(refusalFor(undefined)),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        received.push({
          to: session.envelope.rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString("utf8"),
        });
        done(refusalFor("data"));
      });
    },
  });
  server.on("error", () => {});
  const listening = server.listen(0, "127.0.0.1");
  await once(listening, "listening");
  const { port } = listening.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    refusals,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

let world: World;
let mailbox: Mailbox;
let mailers: Mailer[];
beforeEach(async () => {
  mailers = [];
  world = await startWorld();
  mailbox = await startMailbox();
});
afterEach(async () => {
  await Promise.all(mailers.map((mailer) => mailer.close()));
  await mailbox.close();
  await world.end();
});

function start(change: Partial<MailerOptions> = {}): Mailer {
  const { store, identity, ports } = world;
  const from = "Demo Shop <support@shop.example>";
  const mailer = startMailer({ store, outbox: identity, transport: mailbox.url, from, ports, ...change });
  mailers.push(mailer);
  return mailer;
}
const queue = (to: string, change: { expiresAt?: number; withheld?: string; text?: string } = {}) =>
  world.store.write((tx) =>
    world.identity.queueMail(tx, {
      to,
      subject: `For ${to}`,
      text: "Your parcel is on its way. — Größe 38",
      ...change,
    }),
  );

describe("the mailer", () => {
  it("sends what is queued over SMTP, once, and forgets what it said", async () => {
    const told: unknown[] = [];
    const mailer = start({ onMail: (mail) => told.push(mail) });
    const id = await queue("ann.reed@example.com");
    world.now += 1;
    await queue("bo@example.com");
    await mailer.flush();
    await mailer.flush();
    expect(mailbox.received.map(({ to }) => to)).toEqual([["ann.reed@example.com"], ["bo@example.com"]]);
    expect(mailbox.received[0]?.raw).toContain("From: Demo Shop <support@shop.example>");
    expect(mailbox.received[0]?.raw).toContain(`Message-ID: <${id}@aftersale.invalid>`);
    expect(told).toMatchObject([{ to: "ann.reed@example.com" }, { to: "bo@example.com" }]);
    expect(await world.store.read((tx) => dueMails(tx, world.now + HOUR))).toEqual([]);
  });

  it("sends by itself when a mail is committed, without being asked", async () => {
    const sent = new Promise<string>((resolve) => start({ onMail: ({ to }) => resolve(to) }));
    await queue("ann.reed@example.com");
    expect(await sent).toBe("ann.reed@example.com");
  });

  it("sends what was left over by the server before it", async () => {
    await queue("ann.reed@example.com");
    await start().flush();
    expect(mailbox.received).toHaveLength(1);
  });

  it("sends a one-time code that then works", async () => {
    const mailer = start();
    const { store, identity } = world;
    await world.start("c1");
    const account = { email: "ann.reed@example.com" };
    await store.write((tx) => identity.sendCode(tx, { conversation: "c1", account, purpose: "verify" }));
    await mailer.flush();
    const code = /^\d{6}/m.exec(mailbox.received[0]?.raw ?? "")?.[0] ?? "";
    expect(
      await store.write((tx) => identity.checkCode(tx, { conversation: "c1", code, purpose: "verify" })),
    ).toMatchObject({ ok: true, email: "ann.reed@example.com" });
  });

  it("tries again later, each time after a longer wait, when the mail server is busy", async () => {
    mailbox.refusals.push({ responseCode: 451 }, { responseCode: 421, after: "data" });
    await queue("ann.reed@example.com");
    const mailer = start();
    const waits: number[] = [];
    for (let tries = 0; tries < 2; tries += 1) {
      await mailer.flush();
      const due = (await world.store.read(nextMailDue)) ?? 0;
      waits.push(due - world.now);
      world.now = due;
    }
    expect(waits).toEqual([2_000, 4_000]);
    await mailer.flush();
    expect(mailbox.received.at(-1)?.to).toEqual(["ann.reed@example.com"]);
    expect(await world.store.read(nextMailDue)).toBeUndefined();
  });

  it("keeps mails while no mail server answers, and sends them when one does", async () => {
    await mailbox.close();
    await queue("ann.reed@example.com");
    await start().flush();
    expect(await world.store.read(nextMailDue)).toBe(world.now + 2_000);
    mailbox = await startMailbox();
    world.now += 2_000;
    await start({ transport: mailbox.url }).flush();
    expect(mailbox.received).toHaveLength(1);
  });

  it("gives a mail up that the mail server refuses for good, and sends the ones behind it", async () => {
    mailbox.refusals.push({ responseCode: 550 });
    const warnings: string[] = [];
    await queue("nobody@example.com");
    world.now += 1;
    await queue("ann.reed@example.com");
    await start({ log: ({ message }) => warnings.push(message) }).flush();
    expect(mailbox.received.map(({ to }) => to)).toEqual([["ann.reed@example.com"]]);
    expect(warnings).toEqual(["mail given up: refused (550)"]);
    expect(await world.store.read(nextMailDue)).toBeUndefined();
  });

  it("gives a mail up after an hour or two of trying", async () => {
    mailbox.refusals.push(...Array.from({ length: 100 }, () => ({ responseCode: 451 })));
    const begun = world.now;
    await queue("ann.reed@example.com");
    const mailer = start();
    let tries = 0;
    for (let due: number | undefined = world.now; due !== undefined; due = await world.store.read(nextMailDue)) {
      world.now = due;
      await mailer.flush();
      tries += 1;
    }
    expect(tries).toBe(16);
    expect(world.now - begun).toBeGreaterThan(HOUR);
    expect(world.now - begun).toBeLessThan(3 * HOUR);
  });

  it("does not send what has run out or is withheld", async () => {
    await queue("late@example.com", { expiresAt: world.now });
    await queue("never@example.com", { withheld: "no_account" });
    await start().flush();
    expect(mailbox.received).toEqual([]);
  });

  it.each([
    "ann.reed@example.com\r\nBcc: eve@example.com",
    "ann.reed@example.com, eve@example.com",
    "friends: eve@example.com;",
    "Ann <eve@example.com>",
    "",
  ])("does not send to %j: it takes single plain addresses only", async (to) => {
    await queue(to);
    expect(await world.mails()).toEqual([]);
    await start().flush();
    expect(mailbox.received).toEqual([]);
  });

  it("cannot be made to write to somebody else by what a mail says", async () => {
    const told: unknown[] = [];
    await queue("ann.reed@example.com", { text: "\r\n.\r\nRCPT TO:<eve@example.com>\r\nBcc: eve@example.com" });
    await start({ onMail: (mail) => told.push(mail) }).flush();
    expect(mailbox.received.map(({ to }) => to)).toEqual([["ann.reed@example.com"]]);
    expect(told).toHaveLength(1);
  });

  it("sends what is due before it stops", async () => {
    const mailer = start();
    await queue("ann.reed@example.com");
    await mailer.close();
    expect(mailbox.received).toHaveLength(1);
  });
});
