/** What the server says about itself: one line of JSON an event, findable by conversation, and nothing about a person. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLog, type LogLine, withoutPersonalData } from "../../server/operations/index.js";
import { type Shop, startShop } from "./shop.js";

const EMAIL = "quillon.zebrowski@canary-mail.example";
const NAME = "Quillon Zebrowski";
const STREET = "77 Larkspur Crescent";
const PHONE = "+1 415 555 0173";
const SECRET_WORDS = "my grandmother Ottoline wanted the teal one";
/** Whatever of these stands in a line gives somebody away. */
const CANARIES = ["quillon", "zebrowski", "canary-mail", "larkspur", "5550173", "555 0173", "ottoline", "teal one"];

function inside(text: string): string[] {
  return CANARIES.filter((canary) => text.toLowerCase().includes(canary));
}

describe("through a whole conversation, failures included", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await startShop({
      world: {
        customers: [{ email: EMAIL, name: NAME }],
        orders: [
          {
            id: "5501",
            email: EMAIL,
            status: "In transit",
            ordered: "-9d",
            ship: "-8d",
            eta: "-2d",
            tracking: "T5501",
            shipTo: `${NAME}, ${STREET}, Springfield 12345, US`,
          },
        ],
      },
      operations: { metrics: { host: "127.0.0.1", port: 0 } },
    });
  });
  afterAll(() => shop?.close());

  const codeIn = async (before: number): Promise<string> => {
    await expect.poll(() => shop.mailbox.messages.length, { timeout: 20_000 }).toBeGreaterThan(before);
    return /\b\d{6}\b/.exec(shop.mailbox.messages.at(-1)?.text ?? "")?.[0] ?? "";
  };

  it("no line says who the shopper is or what they wrote", { timeout: 120_000 }, async () => {
    const visitor = await shop.visit();
    const mails = shop.mailbox.messages.length;
    await visitor.say(`where is my order? ${SECRET_WORDS}, ${NAME}, ${STREET}`);
    // Whatever was made of so many words.
    await visitor.say("where is my order?");
    await visitor.say(EMAIL);
    const code = await codeIn(mails);
    await visitor.say(code);
    await visitor.say("5501");
    // The vendors answer with what is not JSON, are down, and lose the answer to the ticket.
    for (const kind of ["malformed", "unavailable", "timeout"] as const) {
      for (const tool of ["list_orders", "get_order", "lookup_customer", "handoff"])
        shop.world.faults.set(tool, { kind, left: 2 });
      const other = await shop.visit();
      const before = shop.mailbox.messages.length;
      await other.say(`where is my parcel, ${NAME} of ${STREET}, call ${PHONE}`);
      await other.say("where is my order?");
      await other.say(EMAIL);
      if (shop.mailbox.messages.length > before) await other.say(await codeIn(before));
      await other.say("I want to talk to a person");
      other.leave();
    }
    shop.world.faults.clear();
    // The store breaks in the middle, with what was said in the statement that failed.
    const sick = await shop.visit();
    const { store } = shop.server;
    const write = store.write;
    let writes = 0;
    // Three utterances are lost; the fourth is stored, and its turn fails twice before it is taken.
    const fails = (n: number): boolean => n <= 3 || n === 5 || n === 6;
    Object.assign(store, {
      write: (work: Parameters<typeof write>[0]) => {
        writes += 1;
        return fails(writes)
          ? Promise.reject(new Error(`could not store "${SECRET_WORDS}" of ${EMAIL} (${PHONE})`))
          : write(work);
      },
    });
    try {
      for (let lost = 0; lost < 3; lost += 1) await sick.send(`hello, this is ${NAME}, ${STREET}`);
      await sick.say(`still me: ${EMAIL}`);
    } finally {
      Object.assign(store, { write });
    }
    await fetch(`${shop.server.operations?.url}/metrics`).then(async (answer) =>
      expect(inside(await answer.text())).toEqual([]),
    );

    expect(shop.log.length).toBeGreaterThan(5);
    for (const line of shop.log) expect(inside(line), line).toEqual([]);
    expect(shop.log.join("")).not.toContain(code);
    expect(shop.log.some((line) => line.includes("could not be stored"))).toBe(true);
  });

  it("each line is JSON with a time, a level, a message, and the conversation or mail that it is about", () => {
    const lines = shop.log.map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const line of lines) {
      expect(line).toMatchObject({
        level: expect.stringMatching(/^(debug|info|warn|error)$/),
        msg: expect.any(String),
      });
      expect(String(line.time)).toMatch(/^\d{4}-\d\d-\d\dT/);
    }
    const aboutSomething = lines.filter(({ msg }) => /turn|utterance|timer|identity|client|mail/.test(String(msg)));
    expect(aboutSomething.length).toBeGreaterThan(4);
    for (const line of aboutSomething)
      expect(String(line.conversation ?? line.mail), JSON.stringify(line)).toMatch(/^[\w-]{22}$/);
  });
});

describe("an error in the log", () => {
  const say = (error: unknown) => JSON.stringify(withoutPersonalData(error));

  it("keeps its class, its code, its place and the program's own words", () => {
    const told = withoutPersonalData(Object.assign(new TypeError("x is not a function"), { code: "STORE_IO" }));
    expect(told).toMatchObject({ type: "TypeError", code: "STORE_IO", message: "x is not a function" });
    expect(told.at.join()).toContain("log.test.ts");
  });

  it.each([
    ["what was parsed", () => JSON.parse(`{"name": ${NAME}}`)],
    ["what a vendor said", () => Promise.reject(new Error(`no customer '${EMAIL}'`))],
    ["quotes of any kind", () => Promise.reject(new Error(`“${NAME}” \`${STREET}\` "${SECRET_WORDS}`))],
    ["numbers of people", () => Promise.reject(new Error(`called ${PHONE} or +14155550173 or 4155550173`))],
    ["causes", () => Promise.reject(new Error("it broke", { cause: new Error(`for ${EMAIL}`) }))],
    ["what is no error", () => Promise.reject(`"${NAME}"`)],
    ["words on several lines", () => Promise.reject(new Error(`first\n    "${NAME}\n${STREET}"`))],
  ])("loses %s", async (_, fail) => {
    const error = await Promise.resolve()
      .then(fail)
      .catch((thrown: unknown) => thrown);
    expect(inside(say(error)), say(error)).toEqual([]);
  });

  it("has an end, however long its words and however deep its causes", () => {
    let error = new Error("x".repeat(100_000));
    for (let depth = 0; depth < 50; depth++) error = new Error("y".repeat(100_000), { cause: error });
    expect(say(error).length).toBeLessThan(20_000);
  });
});

it("a field that nobody has allowed is named, and its value is not told", () => {
  const lines: string[] = [];
  const log = createLog({ level: "info", to: { write: (line) => void lines.push(line) } });
  log({ level: "info", message: "m", conversation: "c1", email: EMAIL } as LogLine);
  log({ level: "debug", message: "left out" });
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ msg: "m", conversation: "c1", untold: ["email"] }]);
  expect(inside(lines.join())).toEqual([]);
});
