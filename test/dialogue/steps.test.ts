/** What each kind of step does, and where it leads. */
import { describe, expect, it } from "vitest";
import { type Files, file, type Json, load, returns } from "./shop.js";
import { heard, NOON, no, slot, Talk, value, wish, yes } from "./talk.js";

/** A policy of these steps, started by "refund"; macros are made up as they are named. */
function talk(steps: Json[], more: Partial<Json> = {}, others: Json[] = []): Talk {
  const files: Files = returns();
  files.policy = { ...files.policy, ...more, steps };
  for (const text of JSON.stringify([steps, others]).matchAll(/"returns\.([a-z_]+)"/g))
    files.macros[text[1] as string] ??= "x";
  files.more = others.map((policy: Json) => file(policy.id, policy));
  const { rooms, problems } = load(files);
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  return new Talk(rooms);
}
const start = (steps: Json[], more?: Json, others?: Json[]) => talk(steps, more, others).say(wish("refund"));
const END = { id: "done", end: "answered" };
const AGENT = { id: "agent", handoff: { queue: "support", reason: "unclear" } };
const order = (status?: string) => ({
  result: "ok" as const,
  value: { number: "5501", email: "a@b.c", ...(status && { status }) },
});
const READ = { id: "read", call: "@shipmonk_order_details", with: { order_id: "5501" }, as: "order" };

describe("say and end", () => {
  it("say a macro with its card, go on, and close with an outcome", async () => {
    const t = talk([READ, { id: "hi", say: "returns.hi", card: { show: "order_card", of: "$order" } }, END]);
    t.answers.set("shipmonk_order_details", order());
    await t.say(wish("refund"));
    expect(t.said).toEqual(["returns.hi"]);
    expect(t.of("reply")[0]?.card).toEqual({ show: "order_card", of: order().value });
    expect(t.of("outcome")).toMatchObject([{ policy: "returns", outcome: "answered" }]);
    expect(t.state).toMatchObject({ frames: [], last: { policy: "returns", outcome: "answered" } });
    expect(t.trace.map((item) => item.kind === "policy" && item.event)).toEqual(["started", "ended"]);
  });

  it("leave out a card of what is not there", async () => {
    const t = talk([READ, { id: "hi", say: "returns.hi", card: { show: "order_card", of: "$order.carrier" } }, END]);
    t.answers.set("shipmonk_order_details", order());
    await t.say(wish("refund"));
    expect(t.of("reply")[0]).not.toHaveProperty("card");
  });
});

describe("set", () => {
  it("copies values, in lists and objects too, and leaves out what is unknown", async () => {
    const t = talk([
      READ,
      {
        id: "keep",
        set: { a: 1, b: "$order.number", c: ["$order.number", { d: "$order.carrier" }], e: "$order.carrier" },
      },
      { id: "q", ask: "returns.q", slot: "x", type: "text" },
      END,
    ]);
    t.answers.set("shipmonk_order_details", order());
    await t.say(wish("refund"));
    expect(t.state.frames[0]?.values).toMatchObject({ a: 1, b: "5501", c: ["5501", {}] });
    expect(t.state.frames[0]?.values).not.toHaveProperty("e");
  });
});

describe("call", () => {
  it("hands over the arguments that are known, and no others", async () => {
    const t = await start([
      {
        id: "look",
        call: "@get_shipmonk_orders",
        with: { email: "$shopper.email" },
        as: "orders",
        on: { not_found: "done" },
      },
      END,
    ]);
    expect(t.calls).toEqual(['get_shipmonk_orders {"email":"ann.reed@example.com"}']);
    t.shopper = { level: "anonymous" };
    await t.say(wish("refund"));
    expect(t.calls, "empty is told as empty").toEqual(['get_shipmonk_orders {"email":null}']);
  });

  it.each([
    ["not_found", "not_found", "handoff.default"],
    ["refused", "refused", "handoff.default"],
    ["unavailable", "unavailable", "handoff.unavailable"],
    ["unknown_outcome", "unknown_outcome", "handoff.unknown_outcome"],
  ] as const)("that ends in %s goes to a person where nothing else is said", async (result, reason, said) => {
    const t = talk([READ, { id: "hi", say: "returns.hi" }, END]);
    t.answers.set("shipmonk_order_details", { result });
    await t.say(wish("refund"));
    expect(t.handedOver).toBe(reason);
    expect(t.said).toEqual([`${said} + handoff.async`]);
    expect(t.state).toMatchObject({ mode: "with_person", frames: [], last: { outcome: "handed_off" } });
  });

  it.each(["not_found", "refused", "unavailable", "unknown_outcome"] as const)(
    "that ends in %s goes where it is led",
    async (result) => {
      const t = talk([
        { ...READ, on: { [result]: "sorry" } },
        END,
        { id: "sorry", say: "returns.sorry", then: "done" },
      ]);
      t.answers.set("shipmonk_order_details", { result, reason: "why" });
      await t.say(wish("refund"));
      expect(t.said).toEqual(["returns.sorry"]);
    },
  );

  it("takes an empty list for not found", async () => {
    const t = talk([
      {
        id: "look",
        call: "@get_shipmonk_orders",
        with: { email: "$shopper.email" },
        as: "orders",
        on: { not_found: "sorry" },
      },
      END,
      { id: "sorry", say: "returns.sorry", then: "done" },
    ]);
    t.answers.set("get_shipmonk_orders", { result: "ok", value: [] });
    expect((await t.say(wish("refund"))).said).toEqual(["returns.sorry"]);
  });

  it("does not listen to an answer that nobody waits for", async () => {
    const t = await start([{ id: "q", ask: "returns.q", slot: "x", type: "text" }, END]);
    const before = t.state;
    await t.happens({ kind: "called", result: "ok", value: 1 });
    await t.happens({ kind: "handed_off", mode: "live" });
    expect(t.state).toEqual(before);
    expect(t.commands).toEqual([]);
  });
});

describe("ask", () => {
  const Q = { id: "q", ask: "returns.q", slot: "x", type: "text" };

  it("asks, keeps the answer, and goes on", async () => {
    const t = await start([Q, { id: "hi", say: "returns.hi" }, END]);
    expect(t.state.question).toMatchObject({ kind: "step", slot: "x", type: "text" });
    await t.say(heard({ answer: value("blue") }));
    expect(t.of("reply")[0]?.scope.x).toBe("blue");
    expect(t.state.question).toBeUndefined();
  });

  it("branches on a value, else falls through", async () => {
    const steps = [
      { ...Q, type: "yes_no", on: { yes: "yes" } },
      { id: "no", say: "returns.no", then: "done" },
      { id: "yes", say: "returns.yes", then: "done" },
      END,
    ];
    expect((await (await start(steps)).say(heard({ answer: yes }))).said).toEqual(["returns.yes"]);
    expect((await (await start(steps)).say(heard({ answer: no }))).said).toEqual(["returns.no"]);
  });

  it("asks once more for what is no answer, then gives up as it is told to", async () => {
    const t = await start([
      { ...Q, attempts: 2, else: "sorry" },
      END,
      { id: "sorry", say: "returns.sorry", then: "done" },
    ]);
    expect((await t.say(heard())).said).toEqual(["repair.not_understood + returns.q"]);
    expect((await t.say(heard())).said).toEqual(["returns.sorry"]);
  });

  it("gives up to a person where nothing else is said", async () => {
    const t = await start([{ ...Q, attempts: 1 }, END]);
    expect((await t.say(heard())).handedOver).toBe("not_understood");
  });

  it("says the second time what the shop wrote for it", async () => {
    const files = returns();
    files.macros.which_again = "Which one, please?";
    const t = await new Talk(load(files).rooms).say(wish("refund"));
    expect((await t.say(heard())).said).toEqual(["returns.which_again"]);
  });

  it("asks nobody twice: what is known from before, or came with the first words, is taken", async () => {
    const t = talk([
      { id: "which", ask: "returns.q", slot: "order_number", type: "order_number" },
      { id: "hi", say: "returns.hi" },
      END,
    ]);
    await t.say(wish("refund", { slots: slot("order_number", "5501") }));
    expect(t.said).toEqual(["returns.hi"]);
    expect(t.of("reply")[0]?.scope.order_number).toBe("5501");
  });

  describe("with choices from a list", () => {
    const choices = { from: "$orders", value: "number", show: "order_card" };
    const LIST = { id: "list", call: "@get_shipmonk_orders", with: { email: "$shopper.email" }, as: "orders" };
    const WHICH = { id: "which", ask: "returns.q", slot: "order_number", type: "order_number", choices };
    const orders = (...numbers: string[]) => ({
      result: "ok" as const,
      value: numbers.map((number) => ({ number, email: "a@b.c" })),
    });
    const listed = (which: Json, ...numbers: string[]) => {
      const t = talk([LIST, which, { id: "hi", say: "returns.hi" }, END, AGENT]);
      t.answers.set("get_shipmonk_orders", orders(...numbers));
      return t.say(wish("refund"));
    };

    it("offers each entry with its card, and takes no other value", async () => {
      const t = await listed({ ...WHICH, else: "agent" }, "5501", "5502");
      expect(t.state.question?.choices).toEqual([
        { label: "5501", value: "5501" },
        { label: "5502", value: "5502" },
      ]);
      expect((await t.say(heard({ answer: value("9999") }))).of("reply")[0]?.scope.answer).toBe("9999");
      expect((await t.say(heard({ answer: value("# 5502") }))).said).toEqual(["returns.hi"]);
      expect(t.of("reply")[0]?.scope.order_number).toBe("5502");
    });

    it("keeps the whole entry where a name is given for it", async () => {
      const t = await listed({ ...WHICH, choices: { ...choices, as: "chosen" }, else: "agent" }, "5501", "5502");
      await t.say(heard({ answer: value("5501") }));
      expect(t.of("reply")[0]?.scope.chosen).toEqual({ number: "5501", email: "a@b.c" });
    });

    it("takes the only one where that is allowed, and asks where it is not", async () => {
      expect((await listed({ ...WHICH, else: "agent" }, "5501")).said).toEqual(["returns.q"]);
      const taken = await listed({ ...WHICH, choices: { ...choices, only_one: "take" }, else: "agent" }, "5501");
      expect(taken.said).toEqual(["returns.hi"]);
    });

    it("does not take a number from before that is not in the list, and says so", async () => {
      const t = talk([LIST, { ...WHICH, else: "agent" }, { id: "hi", say: "returns.hi" }, END, AGENT]);
      t.answers.set("get_shipmonk_orders", orders("5501", "5502"));
      await t.say(wish("refund", { slots: slot("order_number", "9999") }));
      expect(t.said).toEqual(["repair.not_understood + returns.q"]);
      expect(t.state.memory).not.toHaveProperty("order_number");
    });

    it("goes its other way when there is nothing to choose from", async () => {
      const t = talk([
        { ...LIST, call: "@shipmonk_order_details", with: { order_id: "1" }, as: "order" },
        { ...WHICH, choices: { from: "$order.items", value: "sku" }, slot: "sku", type: "choice", else: "agent" },
        END,
        AGENT,
      ]);
      t.answers.set("shipmonk_order_details", order());
      expect((await t.say(wish("refund"))).handedOver).toBe("unclear");
    });
  });

  it("takes another slot instead, where that is foreseen", async () => {
    const t = await start([
      { ...Q, type: "code", instead: { email: "mail" } },
      END,
      { id: "mail", say: "returns.mail", then: "done" },
    ]);
    await t.say(heard({ slots: slot("email", "ann@example.com") }));
    expect(t.said).toEqual(["returns.mail"]);
    expect(t.state.memory.email).toBe("ann@example.com");
  });

  it("leads on by `unknown` when the shopper cannot say, and keeps no value", async () => {
    const t = await start([{ ...Q, on: { unknown: "hi" } }, END, { id: "hi", say: "returns.hi", then: "done" }]);
    await t.say(heard({ answer: { kind: "unknown" } }));
    expect(t.said).toEqual(["returns.hi"]);
    expect(t.of("reply")[0]?.scope).not.toHaveProperty("x");
  });
});

describe("silence", () => {
  const steps = [
    { id: "q", ask: "returns.q", slot: "x", type: "text", attempts: 3, silence: { after: "3m", then: "hi" } },
    END,
    { id: "hi", say: "returns.hi", then: "done" },
  ];

  it("sets a timer with the question, and goes its way when it fires", async () => {
    const t = await start(steps);
    const [timer] = t.of("set_silence");
    expect(timer).toMatchObject({ afterMs: 180_000, opened: t.state.opened });
    await t.happens({ kind: "silence", opened: timer?.opened ?? -1 });
    expect(t.said).toEqual(["returns.hi"]);
  });

  it("does nothing when the shopper has spoken since: the timer is stale", async () => {
    const t = await start(steps);
    const stale = t.state.opened;
    await t.say(heard());
    expect(t.state.opened).toBeGreaterThan(stale);
    const before = t.state;
    await t.happens({ kind: "silence", opened: stale });
    expect([t.state, t.commands]).toEqual([before, []]);
    await t.happens({ kind: "silence", opened: t.state.opened });
    expect(t.said).toEqual(["returns.hi"]);
  });

  it("does nothing when the question was answered", async () => {
    const t = await start(steps);
    const opened = t.state.opened;
    await t.say(heard({ answer: value("x") }));
    await t.happens({ kind: "silence", opened });
    expect(t.commands).toEqual([]);
  });

  it.each([
    ["90s", 90_000],
    ["10m", 600_000],
    ["2h", 7_200_000],
    ["3d", 259_200_000],
  ])("%s are %i ms", async (after, ms) => {
    const t = await start([{ ...(steps[0] as object), silence: { after, then: "done" } }, END]);
    expect(t.of("set_silence")[0]?.afterMs).toBe(ms);
  });
});

describe("decide", () => {
  const DECIDE = {
    id: "stage",
    decide: "return-stage",
    on: { on_the_way: "way", delivered: "here", otherwise: "else", unknown: "unknown" },
  };
  const SAYS = ["way", "here", "else", "unknown"].map((id) => ({ id, say: `returns.${id}`, then: "done" }));

  it.each([
    ["shipped", "returns.way"],
    ["delivered", "returns.here"],
    ["lost", "returns.else"],
    [undefined, "returns.unknown"],
  ])("an order that is %s leads to %s", async (status, said) => {
    const t = talk([READ, DECIDE, ...SAYS, END]);
    t.answers.set("shipmonk_order_details", order(status));
    await t.say(wish("refund"));
    expect(t.said).toEqual([said]);
    expect(t.trace.find(({ kind }) => kind === "decision")).toMatchObject({ rules: "return-stage" });
  });

  it("takes a fact from where it is told to, and never what happens to bear its name", async () => {
    const t = talk([
      READ,
      { ...READ, id: "other", as: "other" },
      { ...DECIDE, facts: { order: "$other.carrier" } },
      ...SAYS,
      END,
    ]);
    t.answers.set("shipmonk_order_details", order("delivered"));
    expect((await t.say(wish("refund"))).said, "the other one is unknown, whatever `order` is").toEqual([
      "returns.unknown",
    ]);
  });
});

describe("confirm", () => {
  const STEPS = [
    READ,
    { id: "sure", confirm: "returns.sure", for: ["cancel"], on: { yes: "cancel", no: "kept" } },
    { id: "cancel", call: "@magento_cancel_order", with: { order_id: "$order.number" }, as: "canceled" },
    { id: "hi", say: "returns.hi", then: "done" },
    { id: "kept", say: "returns.kept" },
    END,
  ];
  const qualified = { kind: "yes", qualified: true } as const;
  async function confirming(): Promise<Talk> {
    const t = talk(STEPS);
    t.answers.set("shipmonk_order_details", order());
    t.answers.set("magento_cancel_order", { result: "ok", value: { order_id: "5501", status: "canceled" } });
    await t.say(wish("refund"));
    expect([t.said, t.state.question?.kind]).toEqual([["returns.sure"], "confirm"]);
    return t;
  }

  it("waits for a yes, and hands it over with the call that it is bound to", async () => {
    const t = await confirming();
    await t.say(heard({ answer: yes }));
    expect(t.calls).toEqual(['magento_cancel_order {"order_id":"5501"}']);
    expect(t.of("call")[0]?.agreed?.agreement.calls).toEqual([
      { step: "cancel", tool: "magento_cancel_order", args: { order_id: "5501" } },
    ]);
    expect(t.said).toEqual(["returns.hi"]);
  });

  it("calls nothing after a no", async () => {
    const t = await confirming();
    await t.say(heard({ answer: no }));
    expect([t.calls, t.said]).toEqual([[], ["returns.kept"]]);
  });

  it.each([
    ["`yes, but`", heard({ answer: qualified })],
    ["thanks", heard({ signals: { thanks: true } })],
    ["what cannot be made out", heard()],
  ])("does not take %s for a yes", async (_, message) => {
    const t = await confirming();
    await t.say(message);
    expect([t.calls, t.state.question?.kind]).toEqual([[], "confirm"]);
    expect(t.said[0]).toContain("returns.sure");
  });

  it("goes to a person without a clear answer twice", async () => {
    const t = await confirming();
    expect((await t.say(heard())).said).toEqual(["repair.need_yes + returns.sure"]);
    expect((await t.say(heard())).handedOver).toBe("not_confirmed");
    expect(t.calls).toEqual([]);
  });

  it("asks anew when the yes comes so late that the facts may have changed", async () => {
    const t = await confirming();
    t.at += 2 * 3_600_000;
    await t.say(heard({ answer: yes }));
    expect(t.calls).toEqual(['shipmonk_order_details {"order_id":"5501"}']);
    expect(t.state.question?.kind).toBe("confirm");
  });

  it("asks for the code that the guard wants, and calls again with it", async () => {
    const t = await confirming();
    t.answers.set("magento_cancel_order", [
      { result: "needs_code" },
      { result: "wrong_code" },
      { result: "ok", value: {} },
    ]);
    expect((await t.say(heard({ answer: yes }))).said).toEqual(["identify.step_up"]);
    expect((await t.say(heard({ answer: value("000000") }))).said).toEqual(["identify.step_up_again"]);
    await t.say(heard({ answer: value("123456") }));
    expect(t.of("call")[0]?.agreed?.code).toBe("123456");
    expect(t.said).toEqual(["returns.hi"]);
    expect(JSON.stringify(t.state), "no code is kept").not.toContain("123456");
  });

  it("goes to a person after five codes that were none, words among them", async () => {
    const t = await confirming();
    t.answers.set("magento_cancel_order", [{ result: "needs_code" }, { result: "wrong_code" }]);
    await t.say(heard({ answer: yes }));
    await t.say(heard({ answer: value("000000") }));
    for (let n = 0; n < 3; n++) expect((await t.say(heard())).said).toEqual(["identify.step_up_again"]);
    expect((await t.say(heard())).handedOver).toBe("code_not_confirmed");
  });
});

describe("run and go", () => {
  const SUB = {
    id: "sub",
    title: "Part",
    when: "Part of another.",
    takes: { look_up: "tool", greeting: "value" },
    gives: ["found"],
    steps: [
      { id: "find", call: "$look_up", with: { order_id: "5501" }, as: "found" },
      { id: "mine", set: { private: 1 } },
      { id: "end", end: "known" },
    ],
  };
  const RUN = { id: "sub", run: "#sub", with: { look_up: "@shipmonk_order_details", greeting: "hello" } };

  it("run comes back to the step after it, with what was promised and nothing else", async () => {
    const t = talk([RUN, { id: "hi", say: "returns.hi" }, END], {}, [SUB]);
    t.answers.set("shipmonk_order_details", order());
    await t.say(wish("refund"));
    const scope = t.of("reply")[0]?.scope;
    expect(scope?.found).toEqual(order().value);
    for (const name of ["private", "look_up", "greeting"]) expect(scope).not.toHaveProperty(name);
    expect(t.trace.map((item) => item.kind === "policy" && `${item.id} ${item.event}`)).toEqual([
      "returns started",
      "sub started",
      "sub ended",
      "returns resumed",
      "returns ended",
    ]);
    expect(t.of("outcome"), "only the whole has an outcome").toMatchObject([{ policy: "returns" }]);
  });

  it("run by its own `then` goes elsewhere afterwards", async () => {
    const t = talk([{ ...RUN, then: "hi" }, END, { id: "hi", say: "returns.hi", then: "done" }], {}, [SUB]);
    t.answers.set("shipmonk_order_details", order());
    expect((await t.say(wish("refund"))).said).toEqual(["returns.hi"]);
  });

  it("a person takes over from a sub-policy with the wish that it served", async () => {
    const t = talk([RUN, END], {}, [SUB]);
    t.answers.set("shipmonk_order_details", { result: "unavailable" });
    await t.say(wish("refund"));
    expect(t.of("handoff")).toMatchObject([{ policy: "returns", reason: "unavailable" }]);
  });

  it("go does not come back", async () => {
    const other = {
      id: "other",
      title: "x",
      when: "x",
      steps: [
        { id: "hi", say: "returns.there" },
        { id: "end", end: "moved" },
      ],
    };
    const t = await start([{ id: "away", go: "#other" }], {}, [other]);
    expect(t.said).toEqual(["returns.there"]);
    expect(t.of("outcome")).toMatchObject([{ policy: "other", outcome: "moved" }]);
  });
});

describe("the storefront vouches for the shopper", () => {
  it("in the middle of being asked for proof: the asking ends", async () => {
    const t = talk(
      [
        { id: "mail", ask: "returns.q", slot: "email", type: "email" },
        END,
        { id: "mine", say: "returns.mine", then: "done" },
      ],
      { on_identified: "mine" },
    );
    await t.say(wish("refund"));
    await t.happens({ kind: "identified" });
    expect(t.said).toEqual(["returns.mine"]);
  });

  it("at any other time nothing is said", async () => {
    const t = await start([{ id: "q", ask: "returns.q", slot: "x", type: "text" }, END]);
    expect((await t.happens({ kind: "identified" })).commands).toEqual([]);
    expect((await new Talk(load(returns()).rooms).happens({ kind: "identified" })).commands).toEqual([]);
  });
});

describe("a round that never ends", () => {
  it("is not seen in three policies one after the other, whose tools all fail", async () => {
    const steps = [
      {
        id: "list",
        call: "@get_shipmonk_orders",
        with: { email: "$shopper.email" },
        as: "orders",
        on: { not_found: "again" },
      },
      { id: "q", ask: "returns.q", slot: "x", type: "yes_no", on: { yes: "done", no: "again" } },
      { id: "again", go: "#other" },
      END,
    ];
    const other = {
      id: "other",
      title: "x",
      when: "x",
      steps: [
        { ...READ, on: { not_found: "back" } },
        { id: "ask", ask: "returns.q", slot: "y", type: "yes_no", on: { yes: "back", no: "back" } },
        { id: "back", go: "#third" },
      ],
    };
    const third = {
      id: "third",
      title: "x",
      when: "x",
      steps: [
        { ...READ, on: { not_found: "end" } },
        { id: "end", end: "over" },
      ],
    };
    const t = await start(steps, {}, [other, third]);
    expect(t.of("outcome"), "three in a row are no round").toMatchObject([{ outcome: "over" }]);
  });

  it("is cut off even where files were loaded that no check has seen", async () => {
    const { rooms } = load(returns());
    const policy = rooms.policies.newest("returns");
    const endless = policy.steps.map((step) =>
      "ask" in step
        ? { id: step.id, set: { order_number: "1" }, then: "read" }
        : step.id === "stage"
          ? { id: "stage", set: { a: 1 }, then: "which" }
          : step,
    );
    const broken = { ...policy, steps: endless } as typeof policy;
    const policies = { ...rooms.policies, newest: () => broken, get: () => broken };
    const t = new Talk({ ...rooms, policies });
    t.answers.set("shipmonk_order_details", order());
    await t.say(wish("refund"));
    expect(t.handedOver).toBe("policy_loop");
    expect(t.of("call").length).toBeLessThan(20);
    expect(t.state.spent).toBeUndefined();
  });
});

describe("a policy that was changed while a conversation stood in it", () => {
  const changed = (change: (files: Files) => void) => {
    const files = returns();
    change(files);
    return load(files).rooms;
  };
  async function stopped(): Promise<Talk> {
    const t = await new Talk(load(returns()).rooms).say(wish("refund"));
    expect(t.place).toBe("returns/which");
    return t;
  }

  it("begins anew with what is known, whatever became of its steps", async () => {
    const t = await stopped();
    t.rooms = changed((f) => {
      f.policy.steps[0].id = "number";
    });
    await t.say(heard({ answer: value("5501") }));
    expect(t.place).toBe("returns/number");
    expect(t.said).toEqual(["returns.which"]);
    expect(t.trace.map((item) => item.kind === "policy" && item.event)).toEqual(["left", "started"]);
  });

  it("and is gone: a person takes over", async () => {
    const t = await stopped();
    t.rooms = changed((f) => {
      f.policy.id = "give-back";
      f.policy.intents = ["wismo"];
    });
    await t.say(heard({ answer: value("5501") }));
    expect(t.handedOver).toBe("policy_changed");
    expect(t.of("handoff")[0]?.policy).toBeNull();
  });

  it("still lets the shopper ask for a person, or stop", async () => {
    const rooms = changed((f) => {
      f.policy.title = "Return an order";
    });
    const t = await stopped();
    t.rooms = rooms;
    await t.say(heard({ signals: { stop: true } }));
    expect(t.said).toEqual(["repair.stopped"]);
    const person = await stopped();
    person.rooms = rooms;
    await person.say(heard({ signals: { wantsPerson: true } }));
    expect(person.handedOver).toBe("asked_for_person");
  });
});

it("time comes from the event alone", async () => {
  const t = talk([{ id: "hi", say: "returns.hi" }, END]);
  t.at = NOON + 1_234;
  await t.say(wish("refund"));
  expect(t.of("reply")[0]?.scope.now).toBe(new Date(NOON + 1_234).toISOString());
});
