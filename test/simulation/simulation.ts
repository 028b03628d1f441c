/** Many seeds over one set of the shop's files. */
import { Disks } from "./disk.js";
import { Engine } from "./engine.js";
import { Lots } from "./lots.js";
import { runSeed, type Script, type SeedResult } from "./run.js";
import { loadShop } from "./shop.js";
import { Vendors } from "./vendors.js";

export interface Summary {
  readonly seeds: number;
  readonly failing: number;
  readonly firstFailing: number | undefined;
  /** What was broken at the first one that failed. */
  readonly how: string | undefined;
  readonly effects: number;
  readonly doubled: number;
  readonly lost: number;
  readonly unsettled: number;
  readonly conversations: number;
  readonly faults: ReadonlyMap<string, number>;
  table(): string;
}

export interface Simulation {
  one(seed: number, script?: Script, note?: (line: string) => void): Promise<SeedResult>;
  replay(seed: number): Promise<{ result: SeedResult; log: string[] }>;
  many(from: number, seeds: number, options?: ManyOptions): Promise<Summary>;
  close(): void;
}

export interface ManyOptions {
  readonly onBroken?: (result: SeedResult) => void;
  /** Ends at the first seed that fails. */
  readonly untilFirst?: boolean;
}

export async function openSimulation(): Promise<Simulation> {
  const disks = await Disks.prepare();
  const nobody = { alive: false, crossing: () => false };
  const vendors = new Vendors({
    engine: new Engine(undefined),
    lots: new Lots(0),
    world: { customers: [], orders: new Map(), subscriptions: new Map() },
    kinds: {},
    faultRate: 0,
    count: () => undefined,
    happened: () => undefined,
  });
  const files = { id: "simulation", files: await loadShop(vendors.connectorsFor(nobody)) };
  const one = (seed: number, script?: Script, note?: (line: string) => void): Promise<SeedResult> =>
    runSeed({ seed, disks, files, ...(script && { script }), ...(note && { note }) });
  return {
    one,
    async replay(seed) {
      const log: string[] = [];
      const result = await one(seed, undefined, (line) => log.push(line));
      return { result, log };
    },
    async many(from, seeds, { onBroken, untilFirst = false } = {}) {
      const begun = performance.now();
      const results: SeedResult[] = [];
      for (let seed = from; seed < from + seeds; seed += 1) {
        const result = await one(seed);
        results.push(result);
        if (result.broken.length === 0) continue;
        onBroken?.(result);
        if (untilFirst) break;
      }
      return summaryOf(results, performance.now() - begun);
    },
    close: () => disks.remove(),
  };
}

function summaryOf(results: readonly SeedResult[], ms: number): Summary {
  const sum = (of: (result: SeedResult) => number): number => results.reduce((total, each) => total + of(each), 0);
  const failing = results.filter(({ broken }) => broken.length > 0);
  const faults = new Map<string, number>();
  for (const result of results)
    for (const [fault, times] of result.faults) faults.set(fault, (faults.get(fault) ?? 0) + times);
  const counted = {
    seeds: results.length,
    failing: failing.length,
    firstFailing: failing[0]?.seed,
    how: failing[0]?.broken[0],
    conversations: sum(({ conversations }) => conversations),
    effects: sum(({ effects }) => effects),
    doubled: sum(({ doubled }) => doubled),
    lost: sum(({ lost }) => lost),
    unsettled: sum(({ unsettled }) => unsettled),
    faults,
  };
  const perSecond = (n: number): string => (n / (ms / 1_000)).toFixed(0);
  const rows: [string, string | number][] = [
    ["seeds", counted.seeds],
    ["conversations", counted.conversations],
    ["messages", sum(({ messages }) => messages)],
    ["seconds", (ms / 1_000).toFixed(1)],
    ["seeds a second", perSecond(counted.seeds)],
    ["conversations a second", perSecond(counted.conversations)],
    ...[...faults]
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([fault, n]) => [`fault: ${fault}`, n] as [string, number]),
    [
      "longest until at rest (s)",
      (Math.max(0, ...results.map(({ settledAfterMs }) => settledAfterMs)) / 1_000).toFixed(0),
    ],
    ["effects", counted.effects],
    ["left to a person", sum(({ needsPerson }) => needsPerson)],
    ["doubled", counted.doubled],
    ["lost", counted.lost],
    ["unsettled", counted.unsettled],
    ["failing seeds", counted.failing],
  ];
  return {
    ...counted,
    table: () => rows.map(([name, value]) => `${name.padEnd(32)}${String(value).padStart(10)}`).join("\n"),
  };
}
