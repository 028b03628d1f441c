/**
 * `npm run bench:nlu [-- --data DIR --only SET --json OUT --without PEER]`: this project's understanding beside nlp.js, wink
 * and a linear classifier without an encoder, all trained and measured in this run. What it says: README.md beside this file.
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { openEncoder, rememberVectors } from "../../../embeddings/index.js";
import { SETS } from "./bars.js";
import { DataMissingError, DEFAULT_DATA_DIR, type Reader, type Rows, readerOf } from "./data.js";
import { latencyOf, learnOurs, OURS, openOurs, shippedHead, startsWith } from "./ours.js";
import { type Learner, nlpJs, type Taught, tfIdf, wink } from "./peers.js";
import { MEASURED, type MeasuredSet, measure } from "./sets.js";
import { type Figures, printed, tableOf } from "./table.js";

const PEERS: readonly Learner[] = [nlpJs, wink, tfIdf];
const SHOP_MESSAGES = 5_000;

const { values } = parseArgs({
  options: {
    data: { type: "string", default: DEFAULT_DATA_DIR },
    only: { type: "string", multiple: true },
    json: { type: "string" },
    without: { type: "string", multiple: true, default: [] },
  },
});

const say = (line: string): void => {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
};

async function main(): Promise<number> {
  const unknown = values.only?.filter((set) => !SETS.includes(set)) ?? [];
  if (unknown.length > 0) {
    process.stderr.write(`There is no set "${unknown.join(", ")}". There are: ${SETS.join(", ")}.\n`);
    return 2;
  }
  const wanted = (set: string): boolean => values.only === undefined || values.only.includes(set);
  const read = readerOf(values.data);
  // All files are looked for before the first hour of training.
  const sets = MEASURED.filter(({ set }) => wanted(set));
  const rows = new Map<string, Rows>();
  for (const each of sets) rows.set(each.set, await each.rows(read));
  const figures: Figures = {};
  const seconds: Record<string, Record<string, number>> = {};
  const peers = PEERS.filter(({ name }) => !values.without.includes(name));
  await measureSets(sets, rows, peers, figures, seconds);
  if (wanted("latency")) await measureLatency(read, figures);
  if (wanted("training")) await measureTraining(figures);
  const table = tableOf(figures, OURS);
  const contestants = [OURS, ...peers.map(({ name }) => name)];
  process.stdout.write(`\n${printed(table, contestants)}`);
  const about = `head ${await shippedHead()}, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "?"}`;
  process.stdout.write(`\n${about}\n`);
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify({ about, seconds, rows: table }, null, 1)}\n`);
  return 0;
}

async function measureSets(
  sets: readonly MeasuredSet[],
  rows: ReadonlyMap<string, Rows>,
  peers: readonly Learner[],
  figures: Figures,
  seconds: Record<string, Record<string, number>>,
): Promise<void> {
  // The sets and the steps of one training share many texts.
  const encoder = rememberVectors(await openEncoder());
  /** Peers learn the shop's intents once for both of its sets. */
  const ofShop = new Map<string, Taught>();
  const note = (each: MeasuredSet, who: string, found: Readonly<Record<string, number>>): void => {
    for (const [figure, value] of Object.entries(found)) {
      const ofSet = figures[each.set] ?? {};
      ofSet[figure] = { ...ofSet[figure], [who]: value };
      figures[each.set] = ofSet;
    }
    say(
      `${each.set}, ${who}: ${Object.entries(found)
        .map(([figure, value]) => `${figure.trim()} ${value.toFixed(1)}`)
        .join(", ")}`,
    );
  };
  try {
    for (const each of sets) {
      const { train, validation, test } = rows.get(each.set) ?? { train: [], test: [] };
      const begun = performance.now();
      const timed = (who: string): void => {
        seconds[each.set] = { ...seconds[each.set], [who]: Math.round((performance.now() - begun) / 100) / 10 };
      };
      if (each.isShop) {
        const classifier = await openOurs();
        note(each, OURS, await measure(each, test, classifier));
        await classifier.close();
      } else {
        const taught = await learnOurs(train, validation, encoder, stages(each.set));
        note(each, OURS, await measure(each, test, taught));
      }
      timed(OURS);
      for (const peer of peers) {
        const peerBegun = performance.now();
        const taught = (each.isShop ? ofShop.get(peer.name) : undefined) ?? (await peer.learn(train, validation));
        if (each.isShop) ofShop.set(peer.name, taught);
        const found = await measure(each, test, taught);
        note(each, peer.name, onlyComparable(found, peer));
        seconds[each.set] = {
          ...seconds[each.set],
          [peer.name]: Math.round((performance.now() - peerBegun) / 100) / 10,
        };
      }
    }
  } finally {
    await encoder.close();
  }
}

/** What a peer has no notion of is not held against it: several wishes, and, but for nlp.js, being sure enough. */
function onlyComparable(found: Readonly<Record<string, number>>, { name }: Learner): Record<string, number> {
  const sure = name === wink.name ? ["accepted without asking", "  of those right"] : [];
  const left = new Set([...sure, ...(name === tfIdf.name ? [] : ["  all found"])]);
  return Object.fromEntries(Object.entries(found).filter(([figure]) => !left.has(figure)));
}

function stages(set: string): (title: string, done: number, total: number) => void {
  let last = "";
  return (title) => {
    if (title !== last) say(`${set}: ${title}`);
    last = title;
  };
}

async function measureLatency(read: Reader, figures: Figures): Promise<void> {
  const { p50, p99 } = await latencyOf(read("utterances/dev"));
  figures.latency = { "p50, up to 40 tokens": { [OURS]: p50 }, p99: { [OURS]: p99 } };
  say(`latency: ${p50.toFixed(1)} / ${p99.toFixed(1)} ms`);
}

async function measureTraining(figures: Figures): Promise<void> {
  const { first, later } = await startsWith(SHOP_MESSAGES);
  figures.training = {
    "5,000 messages, first start": { [OURS]: first },
    "  later starts": { [OURS]: later },
  };
  say(`training: ${first.toFixed(1)} s, then ${later.toFixed(2)} s`);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof DataMissingError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
