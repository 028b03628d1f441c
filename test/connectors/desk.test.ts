import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createDesk, type HandoffPayload, TOOL_NAMES, type Tool } from "../../server/connectors/index.js";
import { type Rig, startRig } from "./contract.js";
import { ann, payload } from "./handoff-payload.js";

const call = { key: "k1", conversation: "c1" };

describe("a hand-over to our own desk", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig("desk", {});
  });
  afterEach(() => rig.close());
  const handOff = () => rig.tool("desk_handoff").run(payload as never, call);
  const readBack = () => rig.tool("desk_handoff").readBack?.(payload as never, call);
  const tickets = () => rig.world.ledger.desk?.tickets ?? [];

  test("every tool is listed by name and capability", () => {
    const offered = Object.fromEntries(rig.connector.tools.map(({ name, capability }) => [name, capability]));
    expect(offered).toEqual(TOOL_NAMES.desk);
  });

  test("keeps the ticket with summary, order, reason and the words, and says that answers come by mail", async () => {
    expect(await readBack()).toEqual({ result: "not_found" });
    expect(await handOff()).toMatchObject({ result: "ok", value: { id: "h-0001", mode: "async" } });
    expect(tickets()).toMatchObject([
      { id: "h-0001", queue: "shipping", reason: "delayed", order: "5501", priority: "high", email: ann },
    ]);
    expect(String(tickets()[0]?.transcript)).toContain("shopper: hey where's my stuff");
    expect(await readBack()).toMatchObject({ result: "ok", value: { id: "h-0001" } });
  });

  test("twice is one ticket", async () => {
    await handOff();
    expect(await handOff()).toMatchObject({ result: "ok" });
    expect(tickets()).toHaveLength(1);
  });

  test.each([
    ["unavailable", "unavailable"],
    ["rate_limited", "unavailable"],
    ["auth", "unavailable"],
    ["timeout", "unknown_outcome"],
  ] as const)("with %s nothing is kept, and it says %s", async (kind, result) => {
    rig.world.faults.set("handoff", { kind });
    expect(await handOff()).toMatchObject({ result });
    expect(tickets()).toHaveLength(0);
    expect(await readBack()).toEqual({ result: "not_found" });
  });

  test("kept, then no answer: the look afterwards finds it, and there is one", async () => {
    rig.world.faults.set("desk_handoff", { kind: "applied_then_timeout", left: 1 });
    expect(await handOff()).toMatchObject({ result: "unknown_outcome" });
    expect(await readBack()).toMatchObject({ result: "ok" });
    expect(await handOff()).toMatchObject({ result: "ok" });
    expect(tickets()).toHaveLength(1);
  });

  test("what breaks in the server's own book is an unknown outcome, and not a crash", async () => {
    const broken = () => Promise.reject(new Error("database is locked"));
    const { tools } = createDesk({ tickets: { add: broken, find: broken } });
    expect(await tools[0]?.run(payload as never, call)).toEqual({ result: "unknown_outcome", reason: "internal" });
    expect(await tools[0]?.readBack?.(payload as never, call)).toEqual({ result: "unavailable", reason: "internal" });
  });
});

describe("the desk's file", () => {
  let folder: string;
  let file: string;
  let tool: Tool;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "aftersale-desk-"));
    file = join(folder, "tickets.jsonl");
    tool = open();
  });
  afterEach(() => rm(folder, { recursive: true }));
  const open = () => createDesk({ file }).tools[0] as Tool;
  const handOff = (change: Partial<HandoffPayload> = {}) => tool.run({ ...payload, ...change } as never, call);
  const lines = async () => (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");

  test("holds one ticket a line, for its owner's eyes only, and is found again after a restart", async () => {
    await handOff();
    await handOff({ handoff_id: "h-0002" });
    const kept = (await lines()).map((line) => JSON.parse(line) as { id: string; payload: unknown; text: string });
    expect(kept.map(({ id }) => id)).toEqual(["h-0001", "h-0002"]);
    expect(kept[0]?.payload).toEqual(payload);
    expect(kept[0]?.text).toContain("- estimated_delivery is before now: yes");
    expect((await stat(file)).mode & 0o077).toBe(0);
    expect(await open().readBack?.(payload as never, call)).toMatchObject({ result: "ok" });
  });

  test("keeps apart what many hand-overs write at once", async () => {
    const ids = Array.from({ length: 40 }, (_, at) => `h-${at % 20}`);
    await Promise.all(ids.map((handoff_id) => handOff({ handoff_id })));
    expect(await lines()).toHaveLength(20);
  });

  test("a line that a crash cut off is no ticket, and takes none with it", async () => {
    await handOff({ handoff_id: "h-0000" });
    await appendFile(file, JSON.stringify({ id: "h-0001", at: "2026-03-10", text: "…" }).slice(0, 30));
    tool = open();
    expect(await tool.readBack?.(payload as never, call)).toEqual({ result: "not_found" });
    expect(await handOff()).toMatchObject({ result: "ok" });
    expect(await open().readBack?.(payload as never, call)).toMatchObject({ result: "ok" });
    expect(await lines()).toHaveLength(3);
  });

  test("an id that stands in another ticket's words is not taken for its own", async () => {
    await handOff({ handoff_id: "h-0009", summary: 'look at "h-0001"' });
    expect(await tool.readBack?.(payload as never, call)).toEqual({ result: "not_found" });
  });

  test("a place that cannot be written to loses nothing silently", async () => {
    await writeFile(join(folder, "plain"), "");
    tool = createDesk({ file: join(folder, "plain", "tickets.jsonl") }).tools[0] as Tool;
    expect(await handOff()).toMatchObject({ result: "unknown_outcome" });
    expect(await tool.readBack?.(payload as never, call)).toMatchObject({ result: "unavailable" });
  });

  test("without a place the desk does not start, and says what to write", () => {
    expect(() => createDesk({})).toThrow('"desk": { "file": "tickets.jsonl" }');
  });
});
