/**
 * What every connector must do, whatever its vendor: one suite, run against each vendor's simulator over real HTTP.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
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
  readMs: 250,
  writeMs: 300,
  deadlineMs: 3_000,
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

export function runConnectorContract(subject: Subject): void {
  const { system, reads, effects } = subject;

  describe(`${system} keeps the connectors' contract`, () => {
    let rig: Rig;
    beforeEach(async () => {
      rig = await startRig(system, subject.world, subject.simulators);
    });
    afterEach(() => rig.close());

    const run = (name: string, args: unknown): Promise<ToolOutcome<unknown>> =>
      rig.tool(name).run(args as never, { key: KEY, conversation: "c1" });
    const sent = (name: string) => rig.simulators.log(system).filter(({ tool }) => tool === name);

    test("every tool is listed by name and capability, and every listed tool is covered here", () => {
      const offered = Object.fromEntries(rig.connector.tools.map(({ name, capability }) => [name, capability]));
      expect(offered).toEqual(TOOL_NAMES[system]);
      const covered = [...[...reads, ...effects].map(({ tool }) => tool), ...(subject.partial ?? [])];
      expect(covered.sort()).toEqual(Object.keys(offered).sort());
    });

    describe.each(reads)("$tool (reading)", ({ tool, args, value, missing, bare }) => {
      test("tells what the world holds", async () => {
        expect(await run(tool, args)).toMatchObject({ result: "ok", value });
      });

      test("says not found for what does not exist", async () => {
        expect(await run(tool, missing)).toEqual({ result: "not_found" });
      });

      test("refused credentials are unavailable at once, not retried and not taken for an answer", async () => {
        rig.world.faults.set(tool, { kind: "auth" });
        expect(await run(tool, args)).toMatchObject({ result: "unavailable", reason: "auth" });
        expect(sent(tool).length).toBeLessThanOrEqual(Math.max(1, rig.world.orders.length));
      });

      test.each(["error_500", "unavailable", "rate_limited", "reset"] as const)(
        "gets over %s that happens once",
        async (kind) => {
          rig.world.faults.set(tool, { kind, left: 1 });
          expect(await run(tool, args)).toMatchObject({ result: "ok", value });
        },
      );

      test.each([
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
      ] as const)("says unavailable when there is %s without end", async (kind, reason) => {
        rig.world.faults.set(tool, { kind });
        expect(await run(tool, args)).toMatchObject({ result: "unavailable", reason });
        for (const path of new Set(sent(tool).map((each) => each.path))) {
          const tries = sent(tool).filter((each) => each.path === path).length;
          expect(tries).toBeLessThanOrEqual(TRIES * Math.max(1, rig.world.orders.length));
        }
      });

      test("does not wait longer than it may, and passes on how long the vendor asked for", async () => {
        rig.world.faults.set(tool, { kind: "rate_limited_with_wait" });
        const outcome = await run(tool, args);
        expect(outcome).toMatchObject({ result: "unavailable", reason: "rate_limited" });
        expect(outcome.result === "unavailable" && (outcome.retryAfterMs ?? Number.NaN)).toBeLessThanOrEqual(2_000);
      });

      test("waits for a slow answer that comes in time", async () => {
        rig.world.faults.set(tool, { kind: "slow" });
        expect(await run(tool, args)).toMatchObject({ result: "ok", value });
      });

      test("what the vendor leaves out is absent: neither null nor guessed", async () => {
        rig.world.faults.set(tool, { kind: "missing_fields" });
        expect(await run(tool, args)).toEqual({ result: "ok", value: bare });
      });

      test("gives up when the caller does", async () => {
        rig.world.faults.set(tool, { kind: "timeout" });
        const caller = new AbortController();
        const outcome = rig.tool(tool).run(args as never, { signal: caller.signal });
        caller.abort();
        expect(await outcome).toMatchObject({ result: "unavailable" });
      });
    });

    describe.each(effects)("$tool (effect)", ({ tool, args, ledger, ledgerOf = system, repeatable, refused }) => {
      const recorded = () => rig.world.ledgerOf(ledgerOf)[ledger].length;
      const readBack = () => rig.tool(tool).readBack?.(args as never, { key: KEY, conversation: "c1" });

      test("happens once, and the books show it", async () => {
        expect(await readBack()).toEqual({ result: "not_found" });
        expect(await run(tool, args)).toMatchObject({ result: "ok" });
        expect(recorded()).toBe(1);
        expect(await readBack()).toMatchObject({ result: "ok" });
      });

      if (repeatable) {
        test("the same key twice is one effect", async () => {
          expect(await run(tool, args)).toMatchObject({ result: "ok" });
          expect(await run(tool, args)).toMatchObject({ result: "ok" });
          expect(recorded()).toBe(1);
        });
      }

      test.each([
        ["auth", "unavailable", "auth"],
        ["rate_limited", "unavailable", "rate_limited"],
        ["rate_limited_with_wait", "unavailable", "rate_limited"],
        ["unavailable", "unavailable", "vendor_error"],
        ["redirect", "unavailable", "redirect"],
        ["error_500", "unknown_outcome", "vendor_error"],
        ["timeout", "unknown_outcome", "timeout"],
        ["slow_body", "unknown_outcome", "timeout"],
        ["reset", "unknown_outcome", "connection"],
      ] as const)("with %s nothing happens, and it says %s", async (kind, result, reason) => {
        rig.world.faults.set(tool, { kind });
        expect(await run(tool, args)).toMatchObject({ result, reason });
        expect(recorded()).toBe(0);
        expect(await readBack()).toEqual({ result: "not_found" });
      });

      test("a refusal by the vendor is final, with its reason", async () => {
        rig.world.faults.set(tool, { kind: "refused" });
        const outcome = await run(tool, args);
        expect(outcome.result).toBe("refused");
        expect(outcome.result === "refused" && outcome.reason).not.toBe("");
        expect(recorded()).toBe(0);
      });

      if (refused !== undefined) {
        test("what the vendor cannot do is refused or not found, never done", async () => {
          expect(["refused", "not_found"]).toContain((await run(tool, refused)).result);
          expect(recorded()).toBe(0);
        });
      }

      test.each([["applied_then_timeout"], ["applied_then_reset"], ["oversized"], ["malformed"]] as const)(
        "%s: the outcome is unknown until it is read back, and the effect is there once",
        async (kind) => {
          rig.world.faults.set(tool, { kind, left: 1 });
          const outcome = await run(tool, args);
          // An answer that is not looked at cannot be malformed: then the effect is simply done.
          if (kind.startsWith("applied")) expect(outcome.result).toBe("unknown_outcome");
          else expect(["unknown_outcome", "ok"]).toContain(outcome.result);
          expect(await readBack()).toMatchObject({ result: "ok" });
          expect(recorded()).toBe(1);
          if (repeatable) {
            expect(await run(tool, args)).toMatchObject({ result: "ok" });
            expect(recorded()).toBe(1);
          }
        },
      );

      test("a vendor that says it was done before is taken at its word", async () => {
        rig.world.faults.set(tool, { kind: "already_done" });
        expect(["ok", "refused"]).toContain((await run(tool, args)).result);
        expect(recorded()).toBeLessThanOrEqual(1);
      });
    });
  });
}
