/** More than the server can take: newcomers wait a moment, and conversations go on. */
import { afterEach, describe, expect, it } from "vitest";
import { type Client, type Refused, startWorld, type World } from "./world.js";

let world: World;
afterEach(() => world?.end());

async function refusalOf(joining: Promise<Client>): Promise<Refused> {
  return joining.then(
    () => {
      throw new Error("it was let in");
    },
    (error: Refused) => error,
  );
}

describe("with more turns waiting than can be taken", () => {
  it("asks newcomers to wait a moment, and serves who is there", async () => {
    let atWork = 0;
    world = await startWorld({ limits: { atWorkInAll: 10 } });
    world.door.load = () => ({ atWork });
    const early = await world.join();
    atWork = 11;
    const refused = await refusalOf(world.join());
    expect(refused).toMatchObject({ code: "too_many", retryAfterMs: 5_000 });
    expect(refused.message).toBe("Many people are writing just now. Please try again in a moment.");
    expect(await early.send("message-1")).toMatchObject({ seq: 1 });
    const back = await world.rejoin(early, 0);
    expect(
      back.arrived.map(({ text }) => text),
      "an old conversation can be joined again",
    ).toEqual(["message-1"]);
    atWork = 10;
    expect((await world.join()).info.state).toBe("open");
    expect(world.logged).toContainEqual(expect.objectContaining({ code: "overload" }));
  });
});

describe("with an event loop that comes late", () => {
  it("asks newcomers to wait, and lets them in when it has recovered", { timeout: 30_000 }, async () => {
    world = await startWorld({ limits: { loopDelayMs: 50 } });
    const early = await world.join();
    const busy = setInterval(() => {
      for (const until = performance.now() + 150; performance.now() < until; );
    }, 160);
    try {
      await expect
        .poll(
          () =>
            world.join().then(
              () => "in",
              ({ code }: Refused) => code,
            ),
          { timeout: 15_000, interval: 200 },
        )
        .toBe("too_many");
    } finally {
      clearInterval(busy);
    }
    expect(await early.send("message-1")).toMatchObject({ seq: 1 });
    await expect
      .poll(
        () =>
          world.join().then(
            () => "in",
            ({ code }: Refused) => code,
          ),
        { timeout: 15_000, interval: 200 },
      )
      .toBe("in");
  });
});
