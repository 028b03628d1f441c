/**
 * What every connector must do, whatever its vendor: one suite, run against each vendor's simulator over real HTTP.
 */
import { describe, expect, test } from "vitest";
import { parseWorld, type World } from "../../sandbox/world/index.js";
import {
  type Connector,
  type ConnectorSystem,
  createConnector,
  type Timings,
  TOOL_NAMES,
  type Tool,
  type ToolOutcome,
} from "../../server/connectors/index.js";
import { type Simulators, type SimulatorsOptions, startSimulators } from "../../server/connectors/simulators.js";

export interface ReadCase {
  readonly tool: string;
  readonly args: unknown;
  /** Part of the value that a healthy answer has. */
  readonly value: unknown;
  /** Arguments for something that does not exist. */
  readonly missing: unknown;
  /** The whole value when the vendor leaves out everything that it can. */
  readonly bare: unknown;
}

export interface EffectCase {
  readonly tool: string;
  readonly args: unknown;
  /** Where the ledger shows it. */
  readonly ledger: keyof NonNullable<World["ledger"]["gladly"]>;
  /** Whose ledger, where it is another system's. */
  readonly ledgerOf?: ConnectorSystem;
  /** Whether sending it again with the same key is safe. */
  readonly repeatable: boolean;
  /** Arguments that the vendor refuses, or that name nothing it knows. */
  readonly refused?: unknown;
}

export interface Subject {
  readonly system: ConnectorSystem;
  readonly world: object;
  readonly reads: readonly ReadCase[];
  readonly effects: readonly EffectCase[];
  /** Tools with tests of their own, for which the suite does not fit. */
  readonly partial?: readonly string[];
  readonly simulators?: Partial<SimulatorsOptions>;
}

/** Nobody waits in a test; a busy machine still gets its time. */
export const FAST: Partial<Timings> = {
  readMs: 350,
  writeMs: 600,
  deadlineMs: 4_000,
  backoffMinMs: 1,
  backoffMaxMs: 5,
  retryAfterMaxMs: 50,
};

const TRIES = 3;
const KEY = "shop1:5501:money-back";

export interface Rig {
  readonly world: World;
  readonly simulators: Simulators;
  readonly connector: Connector;
  tool(name: string): Tool;
  close(): Promise<void>;
}

export async function startRig(
  system: ConnectorSystem,
  file: object,
  options: Partial<SimulatorsOptions> = {},
): Promise<Rig> {
  const { world, problems } = parseWorld(file, { now: () => Date.now() });
  if (world === undefined) throw new Error(JSON.stringify(problems, null, 2));
  const simulators = await startSimulators(world, { systems: [system], timings: FAST, ...options });
  const config = simulators.configs[system];
  if (config === undefined) throw new Error(`no simulator of ${system}`);
  const connector = createConnector(system, config as never);
  await connector.start?.();
  return {
    world,
    simulators,
    connector,
    tool(name) {
      const found = connector.tools.find((tool) => tool.name === name);
      if (found === undefined) throw new Error(`${system} has no tool ${name}`);
      return found;
    },
    async close() {
      await connector.close();
      await simulators.close();
    },
  };
}

/** A rig and the ways that the suite uses it. */
interface Bench extends Rig {
  run(name: string, args: unknown): Promise<ToolOutcome<unknown>>;
  /** Requests that a tool has sent. */
  sent(name: string): ReturnType<Simulators["log"]>;
}

export function runConnectorContract(subject: Subject): void {
  const { system, reads, effects } = subject;

  /** Each test has a world, a simulator and a connector of its own, so that those that wait can wait side by side. */
  const onBench = (body: (bench: Bench) => Promise<void>) => async () => {
    const rig = await startRig(system, subject.world, subject.simulators);
    try {
      await body({
        ...rig,
        run: (name, args) => rig.tool(name).run(args as never, { key: KEY, conversation: "c1" }),
        sent: (name) => rig.simulators.log(system).filter(({ tool }) => tool === name),
      });
    } finally {
      await rig.close();
    }
  };

  describe.concurrent(`${system} keeps the connectors' contract`, () => {
    test(
      "every tool is listed by name and capability, and every listed tool is covered here",
      onBench(async ({ connector }) => {
        const offered = Object.fromEntries(connector.tools.map(({ name, capability }) => [name, capability]));
        expect(offered).toEqual(TOOL_NAMES[system]);
        const covered = [...[...reads, ...effects].map(({ tool }) => tool), ...(subject.partial ?? [])];
        expect(covered.sort()).toEqual(Object.keys(offered).sort());
      }),
    );

    describe.concurrent.each(reads)("$tool (reading)", ({ tool, args, value, missing, bare }) => {
      test(
        "tells what the world holds",
        onBench(async ({ run }) => {
          expect(await run(tool, args)).toMatchObject({ result: "ok", value });
        }),
      );

      test(
        "says not found for what does not exist",
        onBench(async ({ run }) => {
          expect(await run(tool, missing)).toEqual({ result: "not_found" });
        }),
      );

      test(
        "refused credentials are unavailable at once, not retried and not taken for an answer",
        onBench(async ({ run, sent, world }) => {
          world.faults.set(tool, { kind: "auth" });
          expect(await run(tool, args)).toMatchObject({ result: "unavailable", reason: "auth" });
          expect(sent(tool).length).toBeLessThanOrEqual(Math.max(1, world.orders.length));
        }),
      );

      for (const kind of ["error_500", "unavailable", "rate_limited", "reset"] as const) {
        test(
          `gets over ${kind} that happens once`,
          onBench(async ({ run, world }) => {
            world.faults.set(tool, { kind, left: 1 });
            expect(await run(tool, args)).toMatchObject({ result: "ok", value });
          }),
        );
      }

      for (const [kind, reason] of [
        ["error_500", "vendor_error"],
        ["unavailable", "vendor_error"],
        ["rate_limited", "rate_limited"],
        ["reset", "connection"],
        ["timeout", "timeout"],
        ["slow_body", "timeout"],
        ["malformed", "malformed"],
        ["wrong_types", "malformed"],
        ["oversized", "oversized"],
        ["deep", "malformed"],
        ["redirect", "redirect"],
      ] as const) {
        test(
          `says unavailable when there is ${kind} without end`,
          onBench(async ({ run, sent, world }) => {
            world.faults.set(tool, { kind });
            expect(await run(tool, args)).toMatchObject({ result: "unavailable", reason });
            for (const path of new Set(sent(tool).map((each) => each.path))) {
              const tries = sent(tool).filter((each) => each.path === path).length;
              expect(tries).toBeLessThanOrEqual(TRIES * Math.max(1, world.orders.length));
            }
          }),
        );
      }

      test(
        "does not wait longer than it may, and passes on how long the vendor asked for",
        onBench(async ({ run, world }) => {
          world.faults.set(tool, { kind: "rate_limited_with_wait" });
          const outcome = await run(tool, args);
          expect(outcome).toMatchObject({ result: "unavailable", reason: "rate_limited" });
          expect(outcome.result === "unavailable" && (outcome.retryAfterMs ?? Number.NaN)).toBeLessThanOrEqual(2_000);
        }),
      );

      test(
        "waits for a slow answer that comes in time",
        onBench(async ({ run, world }) => {
          world.faults.set(tool, { kind: "slow" });
          expect(await run(tool, args)).toMatchObject({ result: "ok", value });
        }),
      );

      test(
        "what the vendor leaves out is absent: neither null nor guessed",
        onBench(async ({ run, world }) => {
          world.faults.set(tool, { kind: "missing_fields" });
          expect(await run(tool, args)).toEqual({ result: "ok", value: bare });
        }),
      );

      test(
        "gives up when the caller does",
        onBench(async (bench) => {
          bench.world.faults.set(tool, { kind: "timeout" });
          const caller = new AbortController();
          const outcome = bench.tool(tool).run(args as never, { signal: caller.signal });
          caller.abort();
          expect(await outcome).toMatchObject({ result: "unavailable" });
        }),
      );
    });

    describe.concurrent.each(effects)(
      "$tool (effect)",
      ({ tool, args, ledger, ledgerOf = system, repeatable, refused }) => {
        const recorded = ({ world }: Bench) => world.ledgerOf(ledgerOf)[ledger].length;
        const readBack = (bench: Bench) => bench.tool(tool).readBack?.(args as never, { key: KEY, conversation: "c1" });

        test(
          "happens once, and the books show it",
          onBench(async (bench) => {
            expect(await readBack(bench)).toEqual({ result: "not_found" });
            // With a receipt: what an agent can look for in the vendor's own pages.
            expect(await bench.run(tool, args)).toMatchObject({ result: "ok", receipt: expect.any(String) });
            expect(recorded(bench)).toBe(1);
            expect(await readBack(bench)).toMatchObject({ result: "ok" });
          }),
        );

        if (repeatable) {
          test(
            "the same key twice is one effect",
            onBench(async (bench) => {
              expect(await bench.run(tool, args)).toMatchObject({ result: "ok" });
              expect(await bench.run(tool, args)).toMatchObject({ result: "ok" });
              expect(recorded(bench)).toBe(1);
            }),
          );
        }

        for (const [kind, result, reason] of [
          ["auth", "unavailable", "auth"],
          ["rate_limited", "unavailable", "rate_limited"],
          ["rate_limited_with_wait", "unavailable", "rate_limited"],
          ["unavailable", "unavailable", "vendor_error"],
          ["redirect", "unavailable", "redirect"],
          ["error_500", "unknown_outcome", "vendor_error"],
          ["timeout", "unknown_outcome", "timeout"],
          ["slow_body", "unknown_outcome", "timeout"],
          ["reset", "unknown_outcome", "connection"],
        ] as const) {
          test(
            `with ${kind} nothing happens, and it says ${result}`,
            onBench(async (bench) => {
              bench.world.faults.set(tool, { kind });
              expect(await bench.run(tool, args)).toMatchObject({ result, reason });
              expect(recorded(bench)).toBe(0);
              expect(await readBack(bench)).toEqual({ result: "not_found" });
            }),
          );
        }

        for (const kind of ["rate_limited", "unavailable"] as const) {
          test(
            `gets over ${kind} that happens once, since nothing was taken up`,
            onBench(async (bench) => {
              bench.world.faults.set(tool, { kind, left: 1 });
              expect((await bench.run(tool, args)).result).toBe("ok");
              expect(recorded(bench)).toBe(1);
            }),
          );
        }

        test(
          "a refusal by the vendor is final, with its reason",
          onBench(async (bench) => {
            bench.world.faults.set(tool, { kind: "refused" });
            const outcome = await bench.run(tool, args);
            expect(outcome.result).toBe("refused");
            expect(outcome.result === "refused" && outcome.reason).not.toBe("");
            expect(recorded(bench)).toBe(0);
          }),
        );

        if (refused !== undefined) {
          test(
            "what the vendor cannot do is refused or not found, never done",
            onBench(async (bench) => {
              expect(["refused", "not_found"]).toContain((await bench.run(tool, refused)).result);
              expect(recorded(bench)).toBe(0);
            }),
          );
        }

        for (const kind of ["applied_then_timeout", "applied_then_reset", "oversized", "malformed"] as const) {
          test(
            `${kind}: the outcome is unknown until it is read back, and the effect is there once`,
            onBench(async (bench) => {
              bench.world.faults.set(tool, { kind, left: 1 });
              const outcome = await bench.run(tool, args);
              // An answer that is not looked at cannot be malformed: then the effect is simply done.
              if (kind.startsWith("applied")) expect(outcome.result).toBe("unknown_outcome");
              else expect(["unknown_outcome", "ok"]).toContain(outcome.result);
              expect(await readBack(bench)).toMatchObject({ result: "ok" });
              expect(recorded(bench)).toBe(1);
              if (!repeatable) return;
              expect(await bench.run(tool, args)).toMatchObject({ result: "ok" });
              expect(recorded(bench)).toBe(1);
            }),
          );
        }

        test(
          "when the vendor refuses because it is done, it counts as done, once",
          onBench(async (bench) => {
            bench.world.faults.set(tool, { kind: "already_done" });
            expect((await bench.run(tool, args)).result).toBe("ok");
            expect(recorded(bench)).toBe(1);
          }),
        );
      },
    );
  });
}
