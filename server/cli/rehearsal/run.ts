/** Holds the conversation of a file with the real rooms, over a world of its own, and says where it went another way. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Classifier } from "../../../embeddings/index.js";
import type { PolicySet, WayTaken } from "../../dialogue/index.js";
import { openScene } from "../converse/scene.js";
import type { Happened } from "./compare.js";
import { letHappen } from "./happenings.js";
import type { Convo } from "./parse.js";
import type { Line } from "./words.js";

/** As at the end of input of `aftersale converse`: whoever says no more has fallen silent. */
const SILENCE_AT_END_MS = 5 * 60_000;

export interface Stage {
  /** Opened once for many conversations: that is what takes time. */
  readonly classifier: Classifier;
  readonly onWays?: (taken: readonly WayTaken[]) => void;
  readonly onPolicies?: (policies: PolicySet) => void;
}

export async function hold(convo: Convo, stage: Stage): Promise<Happened> {
  const folder = await mkdtemp(join(tmpdir(), "aftersale-convo-"));
  try {
    const world = join(folder, "world.json");
    await writeFile(world, JSON.stringify(convo.given.world));
    const shop = join(folder, "shop.json");
    await writeFile(shop, JSON.stringify({ name: "Demo Shop", ...convo.given.shop }));
    return await holdIn(convo, { world, shop }, stage);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function holdIn(
  { given, turns }: Convo,
  files: { world: string; shop: string },
  { classifier, onWays, onPolicies }: Stage,
): Promise<Happened> {
  const { now, as, autoCode, locale } = given;
  let lines: Line[] = [];
  const codes: string[] = [];
  const complaints: string[] = [];
  const print = (line: Line): void => {
    lines.push(line);
    if (line.type === "mail" && line.code !== undefined) codes.push(String(line.code));
  };
  const options = {
    ...files,
    now,
    autoCode,
    locale,
    classifier,
    ...(as !== undefined && { as }),
    ...(onWays && { onWays }),
  };
  const opened = await openScene(options, print, (text) => complaints.push(text));
  if ("problem" in opened) throw new Error(opened.problem);
  const { scene } = opened;
  onPolicies?.(scene.policies);
  const happened: Line[][] = [];
  try {
    for (const { act } of turns) {
      lines = [];
      if (act.kind === "says") await scene.say(filledIn(act.text, codes));
      else if (act.kind === "wait") await scene.wait(act.ms);
      else if (act.kind === "restart") await scene.restart();
      else if (act.kind === "happens") letHappen(scene.world, act.happening);
      else await scene.vouchFor(act.email);
      happened.push(lines);
    }
    lines = [];
    await scene.wait(SILENCE_AT_END_MS);
    happened.push(lines);
    const broken = complaints.find((text) => text.startsWith("error:"));
    if (broken !== undefined) throw new Error(`The server broke: ${broken}`);
    return { turns: happened, ledger: scene.ledger() };
  } finally {
    await scene.close();
  }
}

/** What stands in brackets is made up at run time: codes, and texts too long for a file. */
function filledIn(text: string, codes: readonly string[]): string {
  const latest = codes.at(-1) ?? "";
  return text
    .replaceAll("[the code]", latest)
    .replaceAll("[the first code]", codes[0] ?? "")
    .replaceAll("[a wrong code]", latest === "123456" ? "654321" : "123456")
    .replace(/\[(\d+) kB of (.+)\]/, (_, kilobytes: string, words: string) =>
      `${words} `.repeat(Math.ceil((Number(kilobytes) * 1_024) / (words.length + 1))),
    );
}
