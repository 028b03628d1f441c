import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Classifier, openClassifier } from "../../embeddings/index.js";

const SHIPPED = new URL("../../embeddings/intents/", import.meta.url);

describe("the shipped head", () => {
  test("was learned from the shipped intents: a fresh shop does not train", async () => {
    const cacheDir = await mkdtemp(join(tmpdir(), "aftersale-fresh-"));
    const said: string[] = [];
    const log = { info: (_: object, message: string) => said.push(message), warn: () => {} };
    // Spares encoding all examples: only the head is looked for.
    await cp(new URL("../../.aftersale/understanding/", import.meta.url), cacheDir, {
      recursive: true,
      filter: (file) => !file.includes("head."),
    }).catch(() => {});
    const classifier = await openClassifier({ cacheDir, log });
    await classifier.close();
    await rm(cacheDir, { recursive: true });
    // When this fails: node --import tsx embeddings/ship.ts
    expect(said).not.toContain("the examples changed and are learned again");
  });
});

describe("a merchant's own intents", () => {
  let folder: string;
  let cacheDir: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "aftersale-own-"));
    cacheDir = join(folder, "cache");
    const take = async (id: string, count: number): Promise<void> => {
      const file = JSON.parse(await readFile(new URL(`${id}.json`, SHIPPED), "utf8"));
      const plain = file.utterances.filter((each: unknown) => typeof each === "string");
      await writeFile(join(folder, `${id}.json`), JSON.stringify({ ...file, utterances: plain.slice(-count) }));
    };
    await Promise.all([take("wismo", 60), take("refund", 60), take("out_of_scope", 80)]);
  });
  afterAll(() => rm(folder, { recursive: true }));
  const open = (progress?: (done: number, total: number) => void, dir = cacheDir): Promise<Classifier> =>
    openClassifier({ intentsDir: folder, cacheDir: dir, ...(progress === undefined ? {} : { onProgress: progress }) });

  test("are learned once, with progress to the end, and read from the cache afterwards", async () => {
    const steps: [number, number][] = [];
    const first = await open((done, total) => steps.push([done, total]));
    const answer = await first.classify("where is my parcel");
    await first.close();
    expect(answer.intent).toBe("wismo");
    expect(steps.length).toBeGreaterThan(100);
    expect(steps.at(-1)?.[0]).toBe(steps.at(-1)?.[1]);
    const again: number[] = [];
    const second = await open((done) => again.push(done));
    expect(await second.classify("where is my parcel")).toEqual(answer);
    await second.close();
    expect(again).toEqual([]);
  });

  test("give the same bytes when learned twice", async () => {
    const other = join(folder, "other");
    await (await open(undefined, other)).close();
    expect(await readFile(join(other, "head.bin"))).toEqual(await readFile(join(cacheDir, "head.bin")));
  });

  test("are learned again after a damaged head, with the same outcome", async () => {
    const before = await readFile(join(cacheDir, "head.bin"));
    await writeFile(join(cacheDir, "head.bin"), before.subarray(0, 1_000));
    await (await open()).close();
    expect(await readFile(join(cacheDir, "head.bin"))).toEqual(before);
  });

  test("take effect at once: an added wording means what it was added for, and is sure", async () => {
    const file = join(folder, "refund.json");
    const intent = JSON.parse(await readFile(file, "utf8"));
    await writeFile(file, JSON.stringify({ ...intent, utterances: [...intent.utterances, "gimme back me dosh"] }));
    const classifier = await open();
    expect(await classifier.classify("Gimme back me dosh!")).toMatchObject({ intent: "refund", outcome: "accept" });
    await classifier.close();
  });
});

describe("what a message wants", () => {
  let classifier: Classifier;
  beforeAll(async () => {
    classifier = await openClassifier();
  });
  afterAll(() => classifier.close());

  test.each<[string, string, string[]]>([
    ["where is my order, and please skip next month's box", "wismo", ["skip_shipment"]],
    ["cancel my subscription. also where is my last box?", "cancel_subscription", ["wismo"]],
    ["get me a person. and refund me for the broken mug", "human_agent", ["refund"]],
    ["the mug arrived broken. i want my money back", "refund", []],
    ["i want my order cancelled", "cancel_order", []],
    ["where is it? it says delivered but nothing is here", "lost_package", []],
  ])("%j: %s, then %j", async (text, intent, also) => {
    expect(await classifier.classify(text)).toMatchObject({ intent, also });
  });

  test.each([
    ["I do NOT want to cancel, just skip the next one", "skip_shipment"],
    ["dont refund me, send me a new one", "reshipment"],
    ["not the subscription, only the order from today, cancel that", "cancel_order"],
    ["I don't want to cancel my order, just change the address", "change_address"],
    ["stop asking me to pause, end my subscription", "cancel_subscription"],
  ])("what is refused does not count in %j", async (text, intent) => {
    expect((await classifier.classify(text)).intent).toBe(intent);
  });

  test.each([
    ["wher is my pakage", "wismo"],
    ["cancle my subscribtion plz", "cancel_subscription"],
    ["i wnat a refudn", "refund"],
    ["chnage my adress", "change_address"],
    ["tlk to a humna", "human_agent"],
    ["skp nxt delivry", "skip_shipment"],
  ])("typing errors are read through in %j", async (text, intent) => {
    expect((await classifier.classify(text)).intent).toBe(intent);
  });

  test("the number of an order does not sway it", async () => {
    const answers = await Promise.all(
      ["5501", "#88120", "no. 77-1290", "number A-9012"].map((number) =>
        classifier.classify(`where is order ${number}`),
      ),
    );
    for (const { intent, outcome } of answers) expect([intent, outcome]).toEqual(["wismo", "accept"]);
    expect(new Set(answers.map(({ confidence }) => confidence.toFixed(6))).size).toBe(1);
  });

  test("is the same whatever was asked before", async () => {
    const alone = await classifier.classify("my box came without the mug");
    const other = await openClassifier();
    await Promise.all(["hi", "refund", "x".repeat(1_500)].map((text) => other.classify(text)));
    expect(await other.classify("my box came without the mug")).toEqual(alone);
    await other.close();
  });
});

describe("without a model", () => {
  test("words and runs of characters alone still tell plain wishes apart", async () => {
    const cacheDir = await mkdtemp(join(tmpdir(), "aftersale-no-model-"));
    const classifier = await openClassifier({ modelDir: null, cacheDir });
    for (const [text, intent] of [
      ["where is my order", "wismo"],
      ["please cancel my subscription", "cancel_subscription"],
      ["I want my money back", "refund"],
    ] as const) {
      expect(await classifier.classify(text)).toMatchObject({ intent, nearest: [] });
    }
    await classifier.close();
    await rm(cacheDir, { recursive: true });
  });
});
