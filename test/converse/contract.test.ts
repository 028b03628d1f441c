/** `aftersale converse` is a public contract: here it is held to the letter, through the real command. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { file, type Line, removeFiles, run, Talk } from "./command.js";
import { ContractLine, LEDGER_PAGES } from "./lines.js";

const ANN = "ann.reed@example.com";
/** After the intents' examples have changed, all of them are encoded anew. */
const FIRST_START_MS = 600_000;
const NOW = "2026-03-10T12:00:00Z";
const WORLD = {
  customers: [{ email: ANN, name: "Ann Reed", phone: "+15550100", address: "12 Orchard Way, Springfield" }],
  orders: [
    {
      id: "5501",
      email: ANN,
      status: "In transit",
      ordered: "-6d",
      ship: "-5d",
      eta: "+2d",
      tracking: "TRK5501",
      shipTo: "12 Orchard Way, Springfield",
      items: [{ sku: "HB1", name: "House blend 1kg", qty: 1, price: 24 }],
    },
    {
      id: "5502",
      email: ANN,
      status: "In transit",
      ordered: "-16d",
      ship: "-15d",
      eta: "-2d",
      items: [{ name: "Green tea" }],
    },
  ],
};

afterAll(removeFiles);

const of = (lines: readonly Line[], type: string): Line[] => lines.filter((line) => line.type === type);
const texts = (lines: readonly Line[]): unknown[] => of(lines, "reply").map(({ text }) => text);

function parsed(stdout: string): Line[] {
  expect(stdout.endsWith("\n")).toBe(true);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

describe("a conversation line by line, with codes entered by themselves", () => {
  const turns: Line[][] = [];
  let hello: Line[];
  let talk: Talk;
  let end: Awaited<ReturnType<Talk["end"]>>;
  let all: Line[];

  beforeAll(async () => {
    talk = new Talk(["--world", file(WORLD), "--auto-code", "--now", NOW]);
    hello = await talk.hello();
    for (const line of [
      "hey where's my stuff",
      ANN,
      "Order 5501: House blend 1kg",
      "!restart",
      "and what about\\n5502?",
      "!wait 2d",
      "",
      "!sing",
      "¿dónde está? 😭 — ﷽",
    ])
      turns.push(await talk.say(line));
    end = await talk.end();
    all = parsed(end.stdout);
  }, FIRST_START_MS);

  test("begins with hello, before anything is written, and nothing else", () => {
    expect(hello.map(({ type }) => type)).toEqual(["hello"]);
    expect(hello[0]?.contract).toBe(1);
  });

  test("every line has the fields of its type and no others", () => {
    for (const line of all) {
      const checked = ContractLine.safeParse(line);
      expect(checked.error?.issues, JSON.stringify(line)).toBeUndefined();
    }
  });

  test("each line written is answered with one turn, last, once nothing more comes", () => {
    for (const lines of turns) {
      expect(lines.at(-1)?.type).toBe("turn");
      expect(of(lines, "turn")).toHaveLength(1);
    }
  });

  test("each message is understood, decided, called and answered in that order", () => {
    const types = (turns[2] as Line[]).map(({ type }) => type);
    expect(types).toEqual(["understood", "call", "decision", "policy", "reply", "turn"]);
    expect(turns[0]?.[0]).toMatchObject({ type: "understood", intent: "wismo", outcome: "accept" });
  });

  test("a code is read from the mailbox and entered without a line, and the mail is shown", () => {
    const [mail] = of(turns[1] as Line[], "mail");
    expect(mail).toMatchObject({ to: ANN, code: expect.stringMatching(/^\d{6}$/) });
    expect(of(turns[1] as Line[], "understood")).toHaveLength(2);
    expect(of(turns[1] as Line[], "call").map(({ tool }) => tool)).toContain("get_shipmonk_orders");
  });

  test("a choice is shown with label and value, and may be typed by its label", () => {
    const { asks } = of(turns[1] as Line[], "reply").at(-1) as { asks?: { choices?: unknown } };
    expect(asks?.choices).toEqual([
      { label: "Order 5501: House blend 1kg", value: "5501" },
      { label: "Order 5502: Green tea", value: "5502" },
    ]);
    expect(texts(turns[2] as Line[])).toEqual([
      "Good news: order 5501 is in transit and is expected on Thursday, March 12.",
    ]);
  });

  test("a decision says why, condition by condition, and what would flip it", () => {
    const [decision] = of(turns[2] as Line[], "decision") as unknown as [
      { event: string; why: unknown[]; flip: string },
    ];
    expect(decision.event).toBe("in_transit");
    expect(decision.why).toContainEqual(
      expect.objectContaining({ fact: "order", path: "estimated_delivery", value: "2026-03-12T12:00:00.000Z" }),
    );
    expect(decision.flip).toContain("days");
  });

  test("a hard restart loses nothing: neither the proof nor the last order", () => {
    expect(turns[3]?.map(({ type }) => type)).toEqual(["turn"]);
    expect(of(turns[4] as Line[], "mail")).toEqual([]);
    expect(of(turns[4] as Line[], "decision").at(-1)).toMatchObject({ rules: "wismo-status", event: "delayed" });
  });

  test("a hand-over shows helpdesk, queue, reason, ticket and the whole payload, and the effect its key and receipt", () => {
    const [handoff] = of(turns[4] as Line[], "handoff") as [
      { ticket: string; payload: { transcript: unknown[] } } & Line,
    ];
    expect(handoff).toMatchObject({
      helpdesk: "gladly",
      queue: "shipping",
      reason: "delayed",
      ticket: expect.any(String),
    });
    expect(handoff.payload).toMatchObject({
      order_number: "5502",
      customer: { email: ANN, level: "verified", claimed: false },
    });
    expect(handoff.payload.transcript).toContainEqual(
      expect.objectContaining({ from: "shopper", text: "hey where's my stuff" }),
    );
    const [effect] = of(turns[4] as Line[], "effect");
    expect(effect).toMatchObject({ tool: "gladly_handoff", capability: "handoff", system: "gladly", status: "done" });
    expect(effect?.receipt).toContain(handoff.ticket);
    expect(turns[4]?.at(-1)).toEqual({ type: "turn", state: "with_person" });
  });

  test("the two characters \\n in a line are a line break in the message", () => {
    expect(JSON.stringify(of(turns[4] as Line[], "handoff")[0]?.payload)).toContain(
      JSON.stringify("and what about\n5502?").slice(1, -1),
    );
  });

  test("time goes by on command; an empty line and an unknown control change nothing, and the latter is complained about", () => {
    expect(turns[5]?.map(({ type }) => type)).toEqual(["turn"]);
    expect(turns[6]?.map(({ type }) => type)).toEqual(["turn"]);
    expect(turns[7]?.map(({ type }) => type)).toEqual(["turn"]);
    expect(end.stderr).toContain('"!sing" is no control. There are: !wait 3d (s, m, h, d), !restart, !as EMAIL.');
  });

  test("letters of any script are read and answered", () => {
    expect(of(turns[8] as Line[], "reply")).toHaveLength(1);
  });

  test("the ledger comes last and once, and holds what really changed, system by system", () => {
    expect(of(all, "ledger")).toHaveLength(1);
    const ledger = all.at(-1) as unknown as Record<string, Record<string, Line[]>>;
    expect(ledger.type).toBe("ledger");
    const { type: _, ...systems } = ledger;
    for (const pages of Object.values(systems))
      expect(Object.keys(pages)).toEqual(expect.arrayContaining(LEDGER_PAGES));
    const records = Object.values(systems).flatMap((pages) => Object.values(pages).flat());
    expect(records).toHaveLength(1);
    expect(ledger.gladly?.tickets?.[0]).toMatchObject({ queue: "shipping", reason: "delayed", order: "5502" });
  });

  test("personal data is masked in what is called", () => {
    const called = JSON.stringify(of(all, "call").map((line) => line.arguments));
    expect(called).toContain("a•••@example.com");
    for (const secret of [ANN, "Ann Reed", "Orchard", "5550100"]) expect(called).not.toContain(secret);
    const effects = JSON.stringify(of(all, "effect"));
    for (const secret of [ANN, "Ann Reed", "Orchard", "5550100"]) expect(effects).not.toContain(secret);
  });

  test("personal data never reaches stderr", () => {
    for (const secret of [ANN, "ann.reed", "Ann Reed", "Orchard", "5550100", "my stuff"])
      expect(end.stderr).not.toContain(secret);
  });

  test("ends with exit code 0", () => {
    expect(end.code).toBe(0);
  });

  test("the first reply is there within 3 seconds of the start", async () => {
    let firstReplyMs = talk.firstReplyMs ?? Number.POSITIVE_INFINITY;
    // The very first start after the intents' examples have changed encodes them all, and a busy machine is slow: the
    // best of a few counts.
    for (let tries = 0; firstReplyMs >= 3_000 && tries < 4; tries += 1) {
      const again = new Talk(["--world", file(WORLD)]);
      await again.say("where is my order");
      await again.end();
      firstReplyMs = Math.min(firstReplyMs, again.firstReplyMs ?? firstReplyMs);
    }
    expect(firstReplyMs).toBeLessThan(3_000);
  }, 120_000);
});

describe("who is writing", () => {
  test("anonymous without options: the code of the mail line is typed; !as vouches from there on", async () => {
    const talk = new Talk(["--world", file(WORLD), "--now", NOW]);
    await talk.say("where is order 5501");
    const asked = await talk.say(ANN);
    expect(of(asked, "call").map(({ tool }) => tool)).toEqual(["get_shipmonk_account_details"]);
    const [mail] = of(asked, "mail");
    const wrong = await talk.say(mail?.code === "111111" ? "222222" : "111111");
    expect(of(wrong, "call")).toEqual([]);
    const right = await talk.say(String(mail?.code));
    expect(of(right, "decision").at(-1)).toMatchObject({ event: "in_transit" });
    expect(right.at(-1)).toEqual({ type: "turn", state: "waiting" });
    await talk.say("start over");
    const vouched = await talk.say(`!as ${ANN}`);
    expect(vouched.map(({ type }) => type)).toEqual(["turn"]);
    expect((await talk.end()).code).toBe(0);
  });

  test("--as: the storefront vouches from the start; a choice may be typed by its number; lines may end as on Windows", async () => {
    const ended = await run(
      ["converse", "--world", file(WORLD), "--as", ANN, "--now", NOW],
      "where is my order\r\n2\r\n",
    );
    const lines = parsed(ended.stdout);
    expect(of(lines, "mail")).toEqual([]);
    expect(of(lines, "decision")[0]).toMatchObject({ rules: "identity-level", event: "verified" });
    expect(of(lines, "call").at(-1)).toMatchObject({ tool: "shipmonk_order_details", arguments: { order_id: "5502" } });
    expect(lines.map(({ type }) => type).filter((type) => type === "turn")).toHaveLength(2);
  });

  test("every system down: stdout stays JSON, stderr stays free of personal data, and the books are read all the same", async () => {
    const faults = { lookup_customer: "malformed", handoff: "unavailable" };
    const world = file({ ...WORLD, faults });
    const ended = await run(
      ["converse", "--world", world, "--as", ANN],
      "where is my order\n!wait 1d\n!restart\nthanks\n",
    );
    const lines = parsed(ended.stdout);
    for (const line of lines) expect(ContractLine.safeParse(line).error?.issues, JSON.stringify(line)).toBeUndefined();
    expect(of(lines, "call")[0]).toMatchObject({ result: "unavailable" });
    expect(of(lines, "handoff")[0]).not.toHaveProperty("ticket");
    for (const secret of [ANN, "Ann Reed", "Orchard", "5550100"]) expect(ended.stderr).not.toContain(secret);
    expect(ended.code).toBe(0);
  });
});

describe("for people and for pipes", () => {
  test("--pretty prints a transcript that reads like a conversation", async () => {
    const { stdout, code } = await run(
      ["converse", "--world", file(WORLD), "--as", ANN, "--now", NOW, "--pretty"],
      "where is order 5501\n",
    );
    expect(stdout).toContain("\nShopper: where is order 5501\n");
    expect(stdout).toContain("\nBot:   Good news: order 5501 is in transit and is expected on Thursday, March 12.\n");
    expect(stdout).toContain("rules wismo-status: in_transit");
    expect(stdout).not.toContain('{"type"');
    expect(code).toBe(0);
  });

  test("no input: hello, the ledger, and exit code 0", async () => {
    const { stdout, code } = await run(["converse", "--world", file({})]);
    expect(parsed(stdout).map(({ type }) => type)).toEqual(["hello", "ledger"]);
    expect(code).toBe(0);
  });

  test("a reader that goes away after the first line is no failure", async () => {
    const talk = new Talk(["--world", file(WORLD)]);
    await talk.hello();
    talk.stopReading();
    await talk.write("hello\nwhere is my order\n");
    const { code, stderr } = await talk.ended;
    expect(stderr).toBe("");
    expect(code).toBe(0);
  });
});

describe("bad input", () => {
  test("a bad world is refused with exit code 2 and every problem, each with its place and a fix, and not a word on stdout", async () => {
    const world = file({
      orders: [{ id: 1, stat: "x", ordered: "soon" }, { id: 1 }],
      faults: { list_ordrs: "unavailable", list_orders: "gone" },
      bogus: 1,
    });
    const { code, stdout, stderr } = await run(["converse", "--world", world], "hello\n");
    expect(code).toBe(2);
    expect(stdout).toBe("");
    for (const place of [
      "orders[0].stat",
      "orders[0].ordered",
      "orders[1].id",
      "faults.list_ordrs",
      "faults.list_orders",
      "bogus",
    ])
      expect(stderr).toContain(`${world}, ${place}\n`);
    expect(stderr.match(/Fix: /g)).toHaveLength(6);
  });

  test.each([
    [
      "a world that is not there",
      ["--world", "nowhere.json"],
      "nowhere.json cannot be read. Name a world file with --world.",
    ],
    ["no world at all", [], "--world"],
    ["a time that is none", ["--world", "w.json", "--now", "soon"], "write it like 2026-03-10T12:00:00Z"],
    ["an option that does not exist", ["--world", "w.json", "--loud"], "--loud"],
    ["somebody without an address", ["--world", "w.json", "--as", "Ann"], "write it like ann.reed@example.com"],
  ])("%s: exit code 2, and the reason on stderr", async (_, args, reason) => {
    const { code, stdout, stderr } = await run(["converse", ...args], "hello\n");
    expect(stderr).toContain(reason);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  test("a world that is not JSON, and a shop that is not there or not right", async () => {
    const broken = await run(["converse", "--world", file('{"orders":[}')]);
    expect(broken).toMatchObject({ code: 2, stdout: "" });
    expect(broken.stderr).toContain("This is not valid JSON: line 1");
    const nowhere = await run(["converse", "--world", file({}), "--shop", "nowhere.json"]);
    expect(nowhere).toMatchObject({ code: 2, stdout: "" });
    expect(nowhere.stderr).toContain("nowhere.json cannot be read");
    const wrong = await run(["converse", "--world", file({}), "--shop", file({ name: "" })]);
    expect(wrong).toMatchObject({ code: 2, stdout: "" });
  });
});
