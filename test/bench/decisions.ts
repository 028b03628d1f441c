/**
 * What a decision costs beside json-rules-engine alone: the same rules and facts, a new engine each time, in one process.
 * Run: `node --import tsx test/bench/decisions.ts`
 */
import { Engine, type RuleProperties } from "json-rules-engine";
import { z } from "zod";
import { decide, loadRuleSets } from "../../server/decisions/index.js";

const WARM_UP = 300;
const RUNS = 2_000;

interface Row {
  readonly rules: number;
  readonly conditions: number;
  readonly bareMs: number;
  readonly oursMs: number;
  readonly ratio: number;
}

export async function benchDecisions(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [rules, conditions] of [
    [8, 1],
    [10, 5],
    [50, 10],
  ] as const) {
    const texts = rulesOf(rules, conditions);
    const facts = { order: { status: "shipped", weight: 500, quantity: 3 } };
    const ruleSet = load(texts);
    const runs = rules * conditions > 100 ? RUNS / 10 : RUNS;
    const bareMs = await median(runs, () => new Engine(texts, { pathResolver: walk }).run(facts));
    const oursMs = await median(runs, () => decide(ruleSet, facts, 0));
    rows.push({ rules, conditions, bareMs, oursMs, ratio: oursMs / bareMs });
  }
  return rows;
}

/** Only operators that the engine has itself; the last rule holds, so that every rule is asked and explained. */
function rulesOf(rules: number, conditions: number): RuleProperties[] {
  return Array.from({ length: rules }, (_, n) => ({
    name: `rule ${n}`,
    conditions: {
      all: Array.from({ length: conditions }, (_, i) => {
        if (i === 0)
          return { fact: "order", path: "status", operator: "equal", value: n === rules - 1 ? "shipped" : `s${n}` };
        return {
          fact: "order",
          path: i % 2 ? "weight" : "quantity",
          operator: i % 2 ? "lessThan" : "greaterThan",
          value: i % 2 ? 1_000 + i : 0,
        };
      }),
    },
    event: { type: `event_${n}` },
  }));
}

function load(rules: RuleProperties[]) {
  const file = { id: "bench", title: "Bench", facts: { order: { result: "order" } }, rules };
  const shapes = { order: z.object({ status: z.string(), weight: z.number(), quantity: z.int() }) };
  const loaded = loadRuleSets([{ file: "bench.rules.json", text: JSON.stringify(file) }], { shapes });
  const ruleSet = loaded.ruleSets.get("bench");
  if (ruleSet === undefined) throw new Error(JSON.stringify(loaded.problems));
  return ruleSet;
}

function walk(value: object, path: string): unknown {
  return Object.getOwnPropertyDescriptor(value, path)?.value;
}

async function median(runs: number, once: () => Promise<unknown>): Promise<number> {
  for (let run = 0; run < Math.min(WARM_UP, runs); run++) await once();
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    await once();
    times.push(performance.now() - start);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(runs / 2)] ?? 0;
}

if (process.argv[1]?.endsWith("bench/decisions.ts")) {
  for (const { rules, conditions, bareMs, oursMs, ratio } of await benchDecisions()) {
    const figures = `bare ${bareMs.toFixed(3)} ms, decided ${oursMs.toFixed(3)} ms, ${ratio.toFixed(2)} times`;
    console.log(`decisions: ${rules} rules of ${conditions} conditions: ${figures} (p50)`);
  }
}
