/** What an edit of the intents does to everything else, as a merchant sees it before it goes live: a small shop, the real model. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findMoves, loadIntents, openClassifier } from "../../embeddings/index.js";
import { appendShopperEntry, appendTrace, createConversation, markTaken, openStore } from "../../server/store/index.js";

const folder = mkdtempSync(join(tmpdir(), "moved-"));
const root = join(folder, "shop");
const cache = join(folder, "cache");
const data = join(folder, "data");
const intentsDir = join(root, "embeddings", "intents");
const messages = join(folder, "messages.jsonl");

interface IntentFile {
  readonly id: string;
  utterances: (string | { text: string })[];
}
const read = (id: string) => JSON.parse(readFileSync(join(intentsDir, `${id}.json`), "utf8")) as IntentFile;
const write = (file: IntentFile) => writeFileSync(join(intentsDir, `${file.id}.json`), JSON.stringify(file));

function check(...more: string[]): Promise<{ code: number; out: string; err: string }> {
  const args = ["server/aftersale.mjs", "check", "--root", root, "--cache", cache, "--data", data, ...more];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { maxBuffer: 2 ** 26 }, (error, out, err) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err });
    });
  });
}

beforeAll(async () => {
  for (const part of ["policies", "rules"]) cpSync(part, join(root, part), { recursive: true });
  mkdirSync(intentsDir, { recursive: true });
  for (const name of readdirSync("embeddings/intents")) {
    const file = JSON.parse(readFileSync(join("embeddings/intents", name), "utf8")) as IntentFile;
    const plain = file.utterances.filter((entry) => typeof entry === "string" || !("also" in entry));
    write({ ...file, utterances: plain.slice(0, 25) });
  }
  // A start: what the next edit is compared with.
  await (await openClassifier({ intentsDir, cacheDir: cache })).close();
  await recordConversation();
  const lines = ["where is my parcel", "skip the next box please"].map((text) => JSON.stringify({ text }));
  writeFileSync(messages, [...lines, "no JSON", JSON.stringify({ text: "" })].join("\n"));
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two wishes, and in between an answer that holds a name and a street. */
async function recordConversation(): Promise<void> {
  mkdirSync(data, { recursive: true });
  const store = await openStore({ url: join(data, "aftersale.db") });
  const said: [string, string | undefined][] = [
    ["where is my order? I'm ann.reed@example.com, +1 555 010 0199", undefined],
    ["12 Orchard Way, Springfield", "value"],
    ["where has my package got to", undefined],
  ];
  await store.write(async (tx) => {
    await createConversation(tx, { id: "c1", at: 1_000, locale: "en" });
    for (const [at, [text, answer]] of said.entries()) {
      const { seq } = await appendShopperEntry(tx, "c1", { messageId: `message-${at}`, text, at: 2_000 + at });
      await markTaken(tx, "c1", [seq], at + 1);
      await appendTrace(tx, "c1", at + 1, [{ at: 2_000 + at, kind: "understood", body: { intent: "wismo", answer } }]);
    }
  });
  await store.close();
}

it("a fresh shop has edited nothing: the shipped examples are those of the shipped intents", async () => {
  const shipped = JSON.parse(gunzipSync(readFileSync("embeddings/trained/examples.json.gz")).toString()) as unknown;
  const { utterances } = await loadIntents();
  expect(shipped).toEqual(utterances.map(({ text, intent }) => [text, intent]));
  expect(await findMoves({ cacheDir: join(folder, "fresh") })).toBeUndefined();
});

describe("before an edit", () => {
  it("there is nothing to tell, and nothing is learned", async () => {
    const { code, out, err } = await check("--fail-on-moved");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^Knowledge: \d+ passages\.\nIn order: /);
    expect(await findMoves({ intentsDir, cacheDir: cache })).toBeUndefined();
  });

  it("lines in another order are no edit", async () => {
    const file = read("wismo");
    write({ ...file, utterances: [...file.utterances].reverse() });
    expect(await findMoves({ intentsDir, cacheDir: cache })).toBeUndefined();
    write(file);
  });
});

describe("after an edit", () => {
  beforeAll(() => {
    // As if somebody had pasted the lines of one file into another.
    const [wismo, skip] = [read("wismo"), read("skip_shipment")];
    write({ ...wismo, utterances: skip.utterances });
    write({ ...skip, utterances: wismo.utterances });
  });

  it("says how many other examples and which messages of the past now go elsewhere, from what to what", async () => {
    const { code, out, err } = await check("--messages", messages);
    expect(code).toBe(0);
    expect(out).toContain(
      "The intents were edited since the last start: 0 added, 0 removed, 50 under another intent.\n",
    );
    expect(out).toMatch(/\n\d+ of 2\d\d other examples now go elsewhere[.:]\n/);
    expect(out).toMatch(/\n4 of 4 messages of the past now go elsewhere:\n/);
    expect(out).toMatch(/ {2}“where is my parcel”: wismo.* -> skip_shipment/);
    expect(out).toMatch(/ {2}“where has my package got to”: wismo.* -> skip_shipment/);
    expect(out).toMatch(/\nIn order: .*\n$/);
    expect(err).toContain("line 3: skipped");
    expect(err).toContain("line 4: skipped");
    expect(err).toContain("Learning the edited examples");
  }, 120_000);

  it("prints nobody's address: what answered a question is left out, and what names a person is masked", async () => {
    const { out } = await check();
    expect(out).toContain("“where is my order? I'm a•••@example.com, +1•••”");
    for (const secret of ["ann.reed", "555", "Orchard Way"]) expect(out).not.toContain(secret);
  }, 120_000);

  it("says the same to a program, and leaves the shop's data as it was", async () => {
    const before = readFileSync(join(data, "aftersale.db"));
    const { code, out } = await check("--json", "--messages", messages);
    expect(code).toBe(0);
    const report = JSON.parse(out);
    expect(report).toMatchObject({
      inOrder: true,
      moves: { since: "last start", edited: { added: 0, removed: 0, relabelled: 50 }, messages: { total: 4 } },
    });
    const moved = report.moves.messages.elsewhere.find(({ text }: { text: string }) => text === "where is my parcel");
    expect(moved).toMatchObject({ before: { intent: "wismo" }, after: { intent: "skip_shipment" } });
    expect(readFileSync(join(data, "aftersale.db")).equals(before)).toBe(true);
  }, 120_000);

  it("ends with 1 only where that is asked for", async () => {
    expect((await check("--fail-on-moved")).code).toBe(1);
  }, 120_000);

  it("counts no example against itself: those that were edited are not among the others", async () => {
    const moves = await findMoves({ intentsDir, cacheDir: cache });
    const relabelled = new Set(
      read("wismo").utterances.map((entry) => (typeof entry === "string" ? entry : entry.text)),
    );
    const told = [...(moves?.examples.elsewhere ?? []), ...(moves?.examples.asked ?? [])];
    expect(told.filter(({ text }) => relabelled.has(text))).toEqual([]);
    expect(moves?.messages.total).toBe(0);
  }, 120_000);

  it("is learned once: a start finds it, and is what the next edit is compared with", async () => {
    const told: number[] = [];
    const classifier = await openClassifier({
      intentsDir,
      cacheDir: cache,
      onProgress: (done) => void told.push(done),
    });
    expect((await classifier.classify("where is my parcel")).intent).toBe("skip_shipment");
    await classifier.close();
    expect(await findMoves({ intentsDir, cacheDir: cache })).toBeUndefined();
  }, 120_000);
});

it("a file of messages that is not there is told, and nothing else is done", async () => {
  const { code, err } = await check("--messages", join(folder, "none.jsonl"));
  expect(code).toBe(2);
  expect(err).toContain("cannot be read");
});
