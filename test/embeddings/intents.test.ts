import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadIntents, openClassifier } from "../../embeddings/index.js";

describe("the shipped intents", () => {
  test("load without a problem", async () => {
    const { intents, problems } = await loadIntents();
    expect(problems).toEqual([]);
    expect(intents.map(({ id }) => id)).toEqual([
      "cancel_order",
      "cancel_subscription",
      "change_address",
      "greeting",
      "human_agent",
      "lost_package",
      "out_of_scope",
      "refund",
      "reshipment",
      "skip_shipment",
      "swap_product",
      "wismo",
    ]);
  });

  test("hold enough wordings of each wish, and some messages with several wishes", async () => {
    const { intents, utterances } = await loadIntents();
    for (const { id } of intents) {
      expect(utterances.filter(({ intent }) => intent === id).length, id).toBeGreaterThan(100);
    }
    expect(utterances.filter(({ also }) => also.length > 0).length).toBeGreaterThan(200);
  });
});

describe("a merchant's intents", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "aftersale-intents-"));
    await put("out_of_scope", wordings("do you sell", 12));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const put = (id: string, utterances: unknown[], changes: object = {}): Promise<void> =>
    writeFile(join(folder, `${id}.json`), JSON.stringify({ id, title: id, description: "", utterances, ...changes }));
  const problems = async (): Promise<string[]> =>
    (await loadIntents(folder)).problems.map(({ severity, file, path, code }) =>
      [severity, file.split("/").at(-1), path, code].join(" "),
    );

  test("may mix plain lines with lines that carry more", async () => {
    await put("wismo", [...wordings("where is", 11), { text: "where, and cancel the rest", also: ["out_of_scope"] }]);
    const { utterances, problems: found } = await loadIntents(folder);
    expect(found).toEqual([]);
    expect(utterances.find(({ text }) => text === "where, and cancel the rest")).toMatchObject({
      intent: "wismo",
      also: ["out_of_scope"],
    });
  });

  test("are all checked, and every problem is told at once with its place and fix", async () => {
    await put("wismo", [...wordings("where is", 12), "where is 3", "Do you sell  4", { text: "x", also: ["wismoo"] }]);
    await put("refund", ["money", "", 7], { titel: "Refund" });
    await put("thin", ["only one"]);
    await put("named", wordings("named", 12), { id: "otherwise" });
    await writeFile(join(folder, "broken.json"), '{ "id": "broken",\n "utterances": [ "a" "b" ] }');
    expect((await problems()).sort()).toEqual([
      "error broken.json  FILE_NOT_JSON",
      "error named.json id INTENT_ID_MISMATCH",
      "error refund.json titel INTENT_INVALID",
      "error refund.json utterances[1] INTENT_INVALID",
      "error refund.json utterances[2] INTENT_INVALID",
      "error wismo.json utterances[13] INTENT_UTTERANCE_CONFLICT",
      "error wismo.json utterances[14].also[0] INTENT_UNKNOWN",
      "warning thin.json utterances INTENT_THIN",
      "warning wismo.json utterances[12] INTENT_UTTERANCE_TWICE",
    ]);
    for (const problem of (await loadIntents(folder)).problems) expect(problem.fix).toMatch(/^[A-Z].*\.$/);
  });

  test("need an out_of_scope file", async () => {
    await rm(join(folder, "out_of_scope.json"));
    await put("wismo", wordings("where is", 12));
    expect(await problems()).toContain(`error ${folder.split("/").at(-1)}  INTENT_OUT_OF_SCOPE_MISSING`);
  });

  test("with an error never reach the classifier", async () => {
    await put("wismo", wordings("do you sell", 12));
    await expect(openClassifier({ intentsDir: folder })).rejects.toMatchObject({ code: "INTENTS_INVALID" });
  });
});

function wordings(start: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${start} ${i}`);
}
