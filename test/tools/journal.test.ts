/** Effects happen once. A hand-over is one like any other; it goes through the same journal. */
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { ToolOutcome } from "../../server/connectors/index.js";
import { effectsOf, findEffect, intendEffect, moveEffect } from "../../server/store/index.js";
import { buildCatalogue, createTools, NoHelpdeskError } from "../../server/tools/index.js";
import { type FakeTool, fakeTool, payload, type Stage, startStage, TICKET } from "./outside.js";

const KEY = "handoff:c1-1";
const AT = { conversation: "c1", turn: 0, systems: [] };
const DONE: ToolOutcome<unknown> = { result: "ok", value: TICKET, receipt: "ticket T-1" };
const LOST: ToolOutcome<unknown> = { result: "unknown_outcome", reason: "timeout" };
const DOWN: ToolOutcome<unknown> = { result: "unavailable", reason: "vendor_error" };

let stage: Stage;
afterEach(() => stage.end());

/** A helpdesk that gives these answers, one after the other, and the last one from then on. */
function desk(runs: readonly ToolOutcome<unknown>[], readBacks?: readonly ToolOutcome<unknown>[]): FakeTool {
  const answers = (list: readonly ToolOutcome<unknown>[]) => {
    let at = 0;
    return () => list[Math.min(at++, list.length - 1)] as ToolOutcome<unknown>;
  };
  return fakeTool("handoff", answers(runs), {
    name: "gladly_handoff",
    system: "gladly",
    ...(readBacks && { readBack: answers(readBacks) }),
  });
}
const status = async () => (await stage.store.read((tx) => findEffect(tx, KEY)))?.status;
const resume = () => stage.tools.resume("gladly_handoff", KEY);

describe("an effect", () => {
  it("stands as `sending` on disk before the call goes out, and as `done` with its receipt afterwards", async () => {
    const seen: unknown[] = [];
    const tool = fakeTool(
      "handoff",
      async () => {
        seen.push(await status());
        return DONE;
      },
      { name: "gladly_handoff", system: "gladly" },
    );
    stage = await startStage([tool]);
    const { settled, ticket, key } = await stage.tools.handOff(payload(), AT);
    expect(seen).toEqual(["sending"]);
    expect({ settled, ticket, key }).toMatchObject({
      settled: { status: "done", receipt: "ticket T-1", called: true },
      ticket: TICKET,
      key: KEY,
    });
    const [line] = await stage.store.read((tx) => effectsOf(tx, "c1"));
    expect(line).toMatchObject({
      status: "done",
      receipt: "ticket T-1",
      result: TICKET,
      tries: 1,
      system: "gladly",
      authorisedBy: { level: "verified", policy: "wismo" },
    });
  });

  it("asked for twice under one key is called once, and answered twice", async () => {
    const tool = desk([DONE]);
    stage = await startStage([tool]);
    const first = await stage.tools.handOff(payload(), AT);
    const second = await stage.tools.handOff(payload(), AT);
    expect(tool.calls.length).toBe(1);
    expect([first.settled.called, second.settled.called]).toEqual([true, false]);
    expect(second.ticket).toEqual(first.ticket);
  });

  it("asked for ten times at once is called once", async () => {
    const tool = desk([DONE], [{ result: "not_found" }]);
    stage = await startStage([tool]);
    const all = await Promise.all(Array.from({ length: 10 }, () => stage.tools.handOff(payload(), AT)));
    expect(tool.calls.length).toBe(1);
    expect(all.map(({ ticket }) => ticket)).toEqual(Array(10).fill(TICKET));
    expect(all.filter(({ settled }) => settled.called).length).toBe(1);
  });

  it("that the system refuses is over: trying again asks nobody", async () => {
    const tool = desk([{ result: "refused", reason: "closed" }]);
    stage = await startStage([tool]);
    expect((await stage.tools.handOff(payload(), AT)).settled).toMatchObject({ status: "refused", reason: "closed" });
    expect(await resume()).toMatchObject({ status: "refused", called: false });
    expect(tool.calls.length).toBe(1);
  });

  it("that certainly did not go through waits, and is sent again later", async () => {
    const tool = desk([DOWN, DOWN, DONE], [DONE]);
    stage = await startStage([tool]);
    expect((await stage.tools.handOff(payload(), AT)).settled.status).toBe("intended");
    expect((await resume())?.status).toBe("intended");
    expect((await resume())?.status).toBe("done");
    expect([tool.calls.length, tool.readBacks.length], "nothing to read back: nothing was sent").toEqual([3, 0]);
  });

  it("whose key another tool holds is not done in another way", async () => {
    const tool = desk([DONE]);
    stage = await startStage([tool]);
    const line = { key: KEY, family: KEY, conversation: "c1", turn: 0, arguments: {}, authorisedBy: {} };
    const other = { ...line, tool: "issue_refund", capability: "issue_refund", system: "magento", at: 0 };
    await stage.store.write((tx) => intendEffect(tx, other));
    expect((await stage.tools.handOff(payload(), AT)).settled).toMatchObject({
      status: "refused",
      reason: "already_issue_refund",
    });
    expect(tool.calls).toEqual([]);
  });

  it("of a tool that is gone, or that nobody intended, is not resumed", async () => {
    stage = await startStage([desk([DONE])]);
    expect(await stage.tools.resume("no_such_tool", KEY)).toBeUndefined();
    expect(await resume()).toMatchObject({ status: "refused", reason: "no such effect" });
  });
});

describe("an effect of unknown outcome", () => {
  it("is read back, and not sent again when it is there", async () => {
    const tool = desk([LOST, DONE], [DOWN, DONE]);
    stage = await startStage([tool]);
    const { settled } = await stage.tools.handOff(payload(), AT);
    expect(settled).toMatchObject({ status: "done", value: TICKET });
    expect([tool.calls.length, tool.readBacks.length]).toEqual([1, 2]);
  });

  it("is sent again, once, when it certainly is not there", async () => {
    const tool = desk([LOST, DONE], [{ result: "not_found" }]);
    stage = await startStage([tool]);
    expect((await stage.tools.handOff(payload(), AT)).settled.status).toBe("done");
    expect((await resume())?.called).toBe(false);
    expect(tool.calls.length).toBe(2);
  });

  it("goes out again in the same turn of the event loop as the answer that allows it", async () => {
    let turn = 0;
    let isOver = false;
    const count = (): void => {
      turn += 1;
      if (!isOver) setImmediate(count);
    };
    const sent: number[] = [];
    const readBack: number[] = [];
    const tool = fakeTool(
      "handoff",
      () => {
        sent.push(turn);
        return sent.length === 1 ? LOST : DONE;
      },
      {
        name: "gladly_handoff",
        system: "gladly",
        readBack: () => {
          readBack.push(turn);
          return { result: "not_found" };
        },
      },
    );
    stage = await startStage([tool]);
    count();
    await stage.tools.handOff(payload(), AT);
    isOver = true;
    expect(sent[1]).toBe(readBack[0]);
    expect(readBack[0], "turns were counted at all").toBeGreaterThan(0);
  });

  it.each([
    ["does not answer", DOWN],
    ["answers nothing certain", LOST],
    ["refuses to look", { result: "refused", reason: "forbidden" } as const],
  ])("stays unknown, and is never sent again, while the system %s", async (_, answer) => {
    const tool = desk([LOST, DONE], [answer]);
    stage = await startStage([tool]);
    expect((await stage.tools.handOff(payload(), AT)).settled.status).toBe("sending");
    expect((await resume())?.status).toBe("sending");
    stage = await stage.asNewProcess();
    expect((await resume())?.status).toBe("sending");
    expect(tool.calls.length).toBe(1);
  });

  it("goes to a person when asking has led to nothing often enough", async () => {
    const tool = desk([LOST], [DOWN]);
    stage = await startStage([tool]);
    await stage.tools.handOff(payload(), AT);
    let last: unknown = "sending";
    let tries = 0;
    for (; last === "sending" && tries < 50; tries++) last = (await resume())?.status;
    expect([last, tries]).toEqual(["needs_person", 20]);
    expect((await resume())?.called).toBe(false);
    expect(tool.calls.length).toBe(1);
  });

  it("goes to a person at once where the system cannot be asked", async () => {
    const tool = desk([LOST]);
    stage = await startStage([tool]);
    expect((await stage.tools.handOff(payload(), AT)).settled.status).toBe("needs_person");
    expect((await resume())?.called).toBe(false);
    expect(tool.calls.length).toBe(1);
  });

  it("is what a fault of ours in mid-call leaves behind", async () => {
    const tool = fakeTool(
      "handoff",
      () => {
        throw new TypeError("a fault of ours");
      },
      { name: "gladly_handoff", system: "gladly", readBack: () => DONE },
    );
    stage = await startStage([tool]);
    expect((await stage.tools.handOff(payload(), AT)).settled.status).toBe("done");
    expect([tool.calls.length, tool.readBacks.length]).toEqual([1, 1]);
  });
});

describe("a crash", () => {
  it("between `sending` and the answer: the next start reads back and does not send again", async () => {
    let reached: () => void = () => undefined;
    const sent = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const tool = fakeTool(
      "handoff",
      () => {
        reached();
        return new Promise<never>(() => undefined); // The machine dies while the vendor is answering.
      },
      { name: "gladly_handoff", system: "gladly", readBack: () => DONE },
    );
    stage = await startStage([tool]);
    void stage.tools.handOff(payload(), AT).catch(() => undefined);
    await sent;
    stage = await stage.asNewProcess();
    expect(await status()).toBe("sending");
    const { settled } = await stage.tools.handOff(payload(), AT);
    expect(settled).toMatchObject({ status: "done", receipt: "ticket T-1" });
    expect([tool.calls.length, tool.readBacks.length]).toEqual([1, 1]);
  });

  it("before the call went out: the next start reads back, finds nothing, and sends", async () => {
    const tool = desk([DONE], [{ result: "not_found" }]);
    stage = await startStage([tool]);
    const line = { conversation: "c1", turn: 0, key: KEY, family: KEY, arguments: payload(), authorisedBy: {}, at: 0 };
    await stage.store.write((tx) =>
      intendEffect(tx, { ...line, tool: "gladly_handoff", capability: "handoff", system: "gladly" }),
    );
    stage = await stage.asNewProcess();
    expect((await resume())?.status).toBe("done");
    expect(tool.calls).toEqual([payload()]);
  });
});

describe("an effect whose turn went another way when it was taken again", () => {
  const withdraw = (isLast = false) => stage.tools.withdraw("gladly_handoff", KEY, isLast);
  const intend = async (tried: boolean) => {
    const line = { conversation: "c1", turn: 0, key: KEY, family: KEY, arguments: payload(), authorisedBy: {} };
    const at = stage.ports.clock.now();
    await stage.store.write(async (tx) => {
      await intendEffect(tx, { ...line, tool: "gladly_handoff", capability: "handoff", system: "gladly", at });
      if (tried) await moveEffect(tx, KEY, ["intended"], "sending", { at, tried: true });
    });
  };

  it("is over at once when no call has gone out", async () => {
    const tool = desk([DONE], [DONE]);
    stage = await startStage([tool]);
    await intend(false);
    expect(await withdraw()).toMatchObject({ status: "refused", reason: "withdrawn", called: false });
    expect([tool.calls.length, tool.readBacks.length]).toEqual([0, 0]);
  });

  it("is looked for when one may have, and stands as done when it is there", async () => {
    const tool = desk([DONE], [DOWN, DONE]);
    stage = await startStage([tool]);
    await intend(true);
    expect((await withdraw())?.status).toBe("sending");
    expect(await withdraw()).toMatchObject({ status: "done", value: TICKET, called: false });
    expect(tool.calls).toEqual([]);
  });

  it("is over when it is not there, but only once nothing can be on its way any more", async () => {
    const tool = desk([DONE], [{ result: "not_found" }]);
    stage = await startStage([tool]);
    await intend(true);
    expect((await withdraw())?.status).toBe("sending");
    stage.world.now += 20_000;
    expect(await withdraw()).toMatchObject({ status: "refused", reason: "withdrawn" });
    expect(tool.calls).toEqual([]);
  });

  it("goes to a person when the system has been asked often enough, or cannot be asked", async () => {
    stage = await startStage([desk([DONE], [DOWN])]);
    await intend(true);
    expect(await withdraw(true)).toMatchObject({ status: "needs_person", reason: "withdrawn" });
    await stage.end();
    stage = await startStage([desk([DONE])]);
    await intend(true);
    expect(await withdraw()).toMatchObject({ status: "needs_person" });
  });

  it("is not withdrawn once it has settled, and neither is one of a tool that is gone", async () => {
    stage = await startStage([desk([DONE])]);
    await stage.tools.handOff(payload(), AT);
    expect((await withdraw())?.status).toBe("done");
    expect(await stage.tools.withdraw("no_such_tool", KEY, true)).toBeUndefined();
  });
});

it('a "no" to the second asking is in doubt: the first may still be on its way', async () => {
  for (const [no, status] of [
    [DOWN, "sending"],
    [{ result: "refused", reason: "closed" } as const, "sending"],
  ] as const) {
    const tool = desk([LOST, no, DONE], [{ result: "not_found" }, DONE]);
    stage = await startStage([tool]);
    expect((await stage.tools.handOff(payload(), AT)).settled.status).toBe(status);
    // What was late is found, and not sent a third time.
    expect((await resume())?.status).toBe("done");
    expect(tool.calls.length).toBe(2);
    await stage.end();
  }
  stage = await startStage([]);
});

it("whatever a vendor does, an effect happens at most once, and `done` means that it did", async () => {
  const RUNS = ["applies", "applies, then times out", "loses it", "is down", "throws"] as const;
  const READS = ["looks", "is down", "times out", "throws"] as const;
  stage = await startStage([]);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...RUNS), { minLength: 1, maxLength: 8 }),
      fc.array(fc.constantFrom(...READS), { minLength: 1, maxLength: 8 }),
      fc.array(fc.boolean(), { maxLength: 4 }),
      async (runs, reads, crashes) => {
        await stage.end();
        let applied = 0;
        const next = <T>(list: readonly T[], at: number): T => list[at % list.length] as T;
        const tool: FakeTool = fakeTool(
          "handoff",
          () => {
            const how = next(runs, tool.calls.length - 1);
            if (how.startsWith("applies")) applied += 1;
            if (how === "throws") throw new Error("a fault of ours");
            return how === "applies" ? DONE : how === "is down" ? DOWN : LOST;
          },
          {
            name: "gladly_handoff",
            system: "gladly",
            readBack: () => {
              const how = next(reads, tool.readBacks.length - 1);
              if (how === "throws") throw new Error("a fault of ours");
              if (how === "looks") return applied > 0 ? DONE : { result: "not_found" };
              return how === "is down" ? DOWN : LOST;
            },
          },
        );
        stage = await startStage([tool]);
        for (let n = 0; n < 12; n++) {
          await Promise.all([stage.tools.handOff(payload(), AT), resume()]);
          if (crashes[n] === true) stage = await stage.asNewProcess();
          expect(applied).toBeLessThanOrEqual(1);
        }
        if ((await status()) === "done") expect(applied).toBe(1);
      },
    ),
    { numRuns: 25 },
  );
}, 60_000);

it("a shop where nobody can take over is not started", async () => {
  stage = await startStage([]);
  const { store, identity, ports } = stage.world;
  const catalogue = buildCatalogue([], { systems: {}, levels: {}, limits: {} });
  expect(() => createTools({ catalogue, store, identity, ports, limits: {} })).toThrow(NoHelpdeskError);
});
