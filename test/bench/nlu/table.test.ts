import { spawnSync } from "node:child_process";
import { beforeAll, describe, expect, test } from "vitest";
import type { EvalRow } from "../../../embeddings/index.js";
import { SETS } from "./bars.js";
import { nlpJs, wink } from "./peers.js";
import { MEASURED, shopRows } from "./sets.js";
import { printed, tableOf } from "./table.js";

describe("the table of bench:nlu", () => {
  test("says which bar is met, as the figures are printed, and leaves out what was not measured", () => {
    const rows = tableOf(
      {
        dev: { accuracy: { ours: 83.96, wink: 50 }, "money policy wrongly first": { ours: 2.54 } },
        training: { "5,000 messages, first start": { ours: 61 } },
      },
      "ours",
    );
    expect(rows.map(({ figure, met }) => [figure, met])).toEqual([
      ["accuracy", "goal"],
      ["money policy wrongly first", "at least"],
      ["5,000 messages, first start", "short"],
    ]);
    const [head, , first, second] = printed(rows, ["ours", "wink"]).split("\n");
    expect(head).toMatch(/^set +figure +ours +wink +at least +goal +met$/);
    expect(first).toMatch(/^dev +accuracy +84\.0 % +50\.0 % +79\.0 % +84\.0 % +goal$/);
    expect(second).toMatch(/2\.5 % +– +2\.5 % +1\.0 % +at least$/);
  });

  test("has bars for everything that is measured", () => {
    for (const { set } of MEASURED) expect(SETS).toContain(set);
  });

  test("without the data, says which file is missing and how to name its folder", () => {
    const run = ["--import", "tsx", "test/bench/nlu/run.ts", "--data", "/nowhere", "--only", "hwu64"];
    const { status, stderr } = spawnSync(process.execPath, run, { encoding: "utf8" });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^\/nowhere\/datasets\/hwu64\.train\.jsonl is not there\..*--data DIR/);
  });
});

describe("the peers", () => {
  const row = (text: string, intent: string) => ({ file: "", line: 1, text, intent, also: [], tags: [] });
  let train: EvalRow[];
  beforeAll(async () => {
    const rows = await shopRows();
    train = ["wismo", "refund"].flatMap((id) => rows.filter(({ intent }) => intent === id).slice(-40));
  });

  test.each([nlpJs, wink])("$name learns what it is shown", async (peer) => {
    const taught = await peer.learn(train, undefined);
    expect((await taught.classify("where is my parcel, has it left yet")).intent).toBe("wismo");
    expect((await taught.classify("i want a refund, give my money back")).intent).toBe("refund");
  });

  test("turn away below the confidence that suits the validation messages best", async () => {
    const outside = ["who won", "sing a song", "tell jokes"].map((text) => row(text, "out_of_scope"));
    const inside = ["where is that parcel", "my money back now"].map((text, i) =>
      row(text, i === 0 ? "wismo" : "refund"),
    );
    const few = [
      ...["where is my parcel", "where is that parcel of mine", "has the parcel left", "when does the parcel come"],
      ...["i want my money back", "give my money back now", "refund my money", "my money back please"],
    ].map((text, i) => row(text, i < 4 ? "wismo" : "refund"));
    const taught = await nlpJs.learn(few, [...outside, ...inside]);
    expect((await taught.classify("sing a song")).intent).toBe("out_of_scope");
    expect((await taught.classify("where is that parcel")).intent).toBe("wismo");
  });
});
