import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EvalOptions, mcNemar, metricsOf, readRows, runClassify, runEval } from "../../embeddings/index.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "aftersale-eval-"));
});
afterAll(() => rm(folder, { recursive: true }));

const TRAINING = lines([
  ...wordings("lights_on", ["turn on the light", "lights on", "switch the lamp on", "light please", "make it bright"]),
  ...wordings("lights_off", [
    "turn off the light",
    "lights off",
    "switch the lamp off",
    "make it dark",
    "no more light",
  ]),
  ...wordings("music", ["play a song", "some music", "put on jazz", "next track please", "play my playlist"]),
  ...wordings("oos", [
    "what is the capital of peru",
    "book a flight",
    "i lost my keys",
    "how old are you",
    "tell a joke",
  ]),
]);
const MESSAGES = lines([
  { text: "turn the light on please", label: "lights_on" },
  { text: "lights off now", label: "lights_off", tags: ["short"] },
  { text: "play some jazz music", intent: "music", also: ["lights_off"] },
  { text: "what is the capital of france", label: "oos" },
]);

describe("eval", () => {
  test("trains on other label sets and reports every figure of the contract", async () => {
    const json = join(folder, "report.json");
    const html = join(folder, "report.html");
    const { code, out } = await evaluate({ files: [await put("m.jsonl", MESSAGES)], json, html });
    expect(code).toBe(0);
    expect(out).toMatch(/4 messages from/);
    const report = JSON.parse(await readFile(json, "utf8"));
    expect(report).toMatchObject({
      contract: 1,
      n: 4,
      train: { n: 20, seconds: expect.any(Number) },
      accuracy: expect.any(Number),
      lenient: expect.any(Number),
      macroF1: expect.any(Number),
      top2: expect.any(Number),
      intents: {
        lights_on: { precision: expect.any(Number), recall: expect.any(Number), f1: expect.any(Number), support: 1 },
      },
      confusion: { out_of_scope: expect.any(Object) },
      outOfScope: { auroc: expect.any(Number), recall: expect.any(Number), inScopeAccuracy: expect.any(Number) },
      abstention: { coverage: expect.any(Number), accuracyWhenAccepted: expect.any(Number), curve: expect.any(Array) },
      calibration: { ece: expect.any(Number) },
      costly: { n: 4, rate: expect.any(Number), negation: { n: expect.any(Number), rate: expect.any(Number) } },
      several: { n: 1, bothFound: expect.any(Number) },
      tags: { short: { n: 1, accuracy: expect.any(Number) } },
      latencyMs: { p50: expect.any(Number), p99: expect.any(Number) },
      perSecond: expect.any(Number),
      peakMemoryMB: expect.any(Number),
      errors: expect.any(Array),
    });
    expect(report.outOfScope.at.map(({ inScopeLoss }: { inScopeLoss: number }) => inScopeLoss)).toEqual([
      0.01, 0.02, 0.03, 0.05,
    ]);
    expect(report.accuracy).toBeGreaterThanOrEqual(0.75);
    const page = await readFile(html, "utf8");
    expect(page).toContain("<svg");
    expect(page).not.toMatch(/<script|https?:\/\//);
  });

  test("reports bad rows by line and goes on with the rest", async () => {
    const file = await put("bad.jsonl", `${MESSAGES}\n{"text": 5}\nnot json\n{"text":"no label"}`);
    const json = join(folder, "bad.json");
    const { code, out } = await evaluate({ files: [file], json });
    expect(code).toBe(0);
    expect(out).toMatch(/Skipped 3 rows/);
    expect(JSON.parse(await readFile(json, "utf8")).bad.map(({ line }: { line: number }) => line)).toEqual([5, 6, 7]);
  });

  test.each([
    ["no row is usable", "not json\n", /No usable row/],
    ["a label is unknown to the classifier", lines([{ text: "hello", label: "weather" }]), /cannot know weather/],
  ])("ends with 2 when %s", async (_, content, message) => {
    const { code, err } = await evaluate({ files: [await put("input.jsonl", content)] });
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  test("ends with 2 when a file is not there, and names it", async () => {
    const { code, err } = await evaluate({ files: [join(folder, "missing.jsonl")] });
    expect(code).toBe(2);
    expect(err).toMatch(/missing\.jsonl cannot be read/);
  });

  test("ends with 1 when a metric falls short of its bar, and with 2 when there is no such metric", async () => {
    const files = [await put("m.jsonl", MESSAGES)];
    expect((await evaluate({ files, failUnder: ["accuracy=0.1", "costly.rate=0.5"] })).code).toBe(0);
    const short = await evaluate({ files, failUnder: ["accuracy=1.01"] });
    expect(short.code).toBe(1);
    expect(short.err).toMatch(/accuracy is .* below 1.01/);
    expect((await evaluate({ files, failUnder: ["accurracy=0.5"] })).code).toBe(2);
    expect((await evaluate({ files, failUnder: ["accuracy"] })).code).toBe(2);
  });

  test("compares with an earlier run of the same messages", async () => {
    const files = [await put("m.jsonl", MESSAGES)];
    const json = join(folder, "first.json");
    await evaluate({ files, json });
    const { out } = await evaluate({ files, compare: json });
    expect(out).toMatch(/0 messages newly right, 0 newly wrong; p = 1/);
    expect((await evaluate({ files, compare: await put("other.json", "{}") })).code).toBe(2);
  });

  test("cross-validates: every row is judged once, by a training that did not see it", async () => {
    const json = join(folder, "crossed.json");
    const { code } = await evaluate({ files: [await put("t.jsonl", TRAINING)], json, crossValidate: 5 });
    expect(code).toBe(0);
    expect(JSON.parse(await readFile(json, "utf8"))).toMatchObject({ n: 20 });
  });

  test("two trainings on the same messages decide the same", async () => {
    const files = [await put("m.jsonl", MESSAGES)];
    const reports = [];
    for (const name of ["a.json", "b.json"]) {
      await evaluate({ files, json: join(folder, name) });
      const { errors, confusion, abstention, calibration } = JSON.parse(await readFile(join(folder, name), "utf8"));
      reports.push({ errors, confusion, abstention, calibration });
    }
    expect(reports[0]).toEqual(reports[1]);
  });
});

describe("classify", () => {
  test("answers each line of the input with one line of JSON, in order", async () => {
    const stdout = new PassThrough();
    const code = await runClassify(
      { train: await put("t.jsonl", TRAINING) },
      { stdin: Readable.from(["lights on please\n", "play a song\n", "\n"]), stdout, stderr: new PassThrough() },
    );
    expect(code).toBe(0);
    const answers = textOf(stdout)
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(answers.map(({ text }) => text)).toEqual(["lights on please", "play a song", ""]);
    expect(answers.slice(0, 2).map(({ intent }) => intent)).toEqual(["lights_on", "music"]);
  });
});

describe("reading rows", () => {
  test("takes CSV with a header, whatever the columns are called, and keeps line numbers", () => {
    const csv =
      'label,text,secondary,tags\nrefund,"money, ""now""",wismo|human_agent,angry|short\noos,weather?,,\n,empty label,,\n';
    const { rows, bad } = readRows("x.csv", csv);
    expect(rows).toEqual([
      {
        file: "x.csv",
        line: 2,
        text: 'money, "now"',
        intent: "refund",
        also: ["wismo", "human_agent"],
        tags: ["angry", "short"],
      },
      { file: "x.csv", line: 3, text: "weather?", intent: "out_of_scope", also: [], tags: [] },
    ]);
    expect(bad).toMatchObject([{ line: 4 }]);
  });

  test("takes the other names of out of scope for it", () => {
    const { rows } = readRows(
      "x.jsonl",
      lines(["oos", "OOS", "ood", "out_of_scope"].map((label) => ({ text: "x", label }))),
    );
    expect(rows.map(({ intent }) => intent)).toEqual(Array(4).fill("out_of_scope"));
  });
});

describe("the figures", () => {
  const judged = (
    intent: string,
    predicted: string,
    confidence: number,
    more: object = {},
  ): Parameters<typeof metricsOf>[0][number] => ({
    row: { file: "f", line: 1, text: "x", intent, also: [], tags: [], ...more },
    answer: {
      text: "x",
      outcome: confidence > 0.8 ? "accept" : "ask",
      intent: predicted,
      confidence,
      ranking: [
        { intent: predicted, probability: confidence },
        { intent: predicted === "out_of_scope" ? "wismo" : "out_of_scope", probability: 1 - confidence },
      ],
      also: [],
      clauses: [],
      nearest: [],
    },
    ms: 1,
  });

  test("are what they say", () => {
    const metrics = metricsOf([
      judged("wismo", "wismo", 0.9),
      judged("wismo", "refund", 0.9),
      judged("wismo", "refund", 0.9, { also: ["refund"] }),
      judged("refund", "refund", 0.6),
      judged("out_of_scope", "out_of_scope", 0.7),
    ]);
    expect(metrics).toMatchObject({
      accuracy: 0.6,
      lenient: 0.8,
      top2: 0.6,
      abstention: { coverage: 0.6, accuracyWhenAccepted: 0.33333 },
      costly: { n: 5, rate: 0.2, first: 0.2 },
      outOfScope: { auroc: 1, recall: 1, inScopeAccuracy: 0.5 },
      several: { n: 1, bothFound: 0 },
    });
    expect(metrics.intents.wismo).toEqual({ precision: 1, recall: 1 / 3, f1: 0.5, support: 3 });
    expect(metrics.confusion.wismo).toEqual({ wismo: 1, refund: 2 });
  });

  test("McNemar's exact test agrees with the textbook", () => {
    expect(mcNemar(0, 0)).toBe(1);
    expect(mcNemar(5, 5)).toBe(1);
    expect(mcNemar(1, 9)).toBeCloseTo(0.021484, 5);
    expect(mcNemar(0, 6)).toBeCloseTo(0.03125, 6);
  });
});

function lines(rows: object[]): string {
  return rows.map((row) => JSON.stringify(row)).join("\n");
}

function wordings(label: string, texts: string[]): object[] {
  return texts.map((text) => ({ text, label }));
}

async function put(name: string, content: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

async function evaluate(options: EvalOptions): Promise<{ code: number; out: string; err: string }> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const train = options.crossValidate === undefined ? { train: await put("train.jsonl", TRAINING) } : {};
  const code = await runEval({ ...train, ...options }, { stdin: Readable.from([]), stdout, stderr });
  return { code, out: textOf(stdout), err: textOf(stderr) };
}

function textOf(stream: PassThrough): string {
  return String(stream.read() ?? "");
}
