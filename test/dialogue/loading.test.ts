/**
 * A bad file never goes live, and what is wrong with it is said so that its author can mend it from the text alone. The
 * shop of these tests is the one of docs/first-policy.md; each case breaks one thing in it.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { formatProblem } from "../../server/problems/index.js";
import { type Files, file, type Json, load, returns, shipped } from "./shop.js";

const step = (files: Files, id: string): Json => files.policy.steps.find((each: Json) => each.id === id);
const put = (files: Files, id: string, ...steps: Json[]): void => {
  const at = files.policy.steps.findIndex((each: Json) => each.id === id);
  files.policy.steps.splice(at, 0, ...steps);
};
const SUB = {
  id: "sub",
  title: "Part of another",
  when: "Another policy needs it.",
  takes: { look_up: "tool" },
  gives: ["customer"],
  steps: [
    { id: "ask", ask: "identify.email", slot: "email", type: "email" },
    { id: "find", call: "$look_up", with: { email: "$email" }, as: "customer" },
    { id: "done", end: "known" },
  ],
};
const OTHER = {
  id: "other",
  title: "Where is my order?",
  when: "The shopper asks for the number of an order.",
  intents: ["wismo"],
  steps: [
    { id: "which", ask: "returns.which", slot: "order_number", type: "order_number" },
    { id: "done", end: "order_told" },
  ],
};

describe("the ten lines of docs/first-policy.md", () => {
  it("are a whole policy, without any problem", () => {
    const { policies, problems } = load(returns());
    expect(problems).toEqual([]);
    expect(policies?.forIntent("refund")).toBe("returns");
    expect(policies?.forIntent("wismo")).toBeUndefined();
  });

  it("say what the page says when a name is misspelt", () => {
    const files = returns();
    step(files, "label").say = "returns.lable";
    const [problem] = load(files).problems;
    const page = readFileSync("docs/first-policy.md", "utf8");
    expect(page).toContain(formatProblem(problem as NonNullable<typeof problem>));
  });

  it("have a version that changes with every change of the file, and only then", () => {
    const version = (title: string) => {
      const files = returns();
      files.policy.title = title;
      return load(files).policies?.newest("returns").version;
    };
    expect(version("Send it back")).toBe(version("Send it back"));
    expect(version("Send it back")).not.toBe(version("Return it"));
  });
});

const REPAIR = JSON.parse(readFileSync("policies/macros/en/repair.json", "utf8")) as Record<string, string>;

type Case = [what: string, code: string, path: string, fix: RegExp, change: (files: Files) => void];

// biome-ignore format: one case, one line
const BROKEN: Case[] = [
  ["a then that leads nowhere", "POLICY_UNKNOWN_STEP", "steps[3].then", /Did you mean "done"\?/, (f) => { step(f, "label").then = "doen"; }],
  ["a branch that leads nowhere", "POLICY_UNKNOWN_STEP", "steps[2].on.delivered", /Did you mean "label"\?/, (f) => { step(f, "stage").on.delivered = "lable"; }],
  ["an else that leads nowhere", "POLICY_UNKNOWN_STEP", "steps[0].else", /Use one of: which, read/, (f) => { step(f, "which").else = "zebra"; }],
  ["a result that leads nowhere", "POLICY_UNKNOWN_STEP", "steps[1].on.not_found", /Did you mean "agent"\?/, (f) => { step(f, "read").on = { not_found: "agnet" }; }],
  ["a silence that leads nowhere", "POLICY_UNKNOWN_STEP", "steps[0].silence.then", /Did you mean "agent"\?/, (f) => { step(f, "which").silence = { after: "3m", then: "agents" }; }],
  ["another slot that leads nowhere", "POLICY_UNKNOWN_STEP", "steps[0].instead.email", /Use one of/, (f) => { step(f, "which").instead = { email: "zebra" }; }],
  ["an identification that leads nowhere", "POLICY_UNKNOWN_STEP", "on_identified", /Did you mean "read"\?/, (f) => { f.policy.on_identified = "raed"; }],
  ["a yes to a step that is not there", "POLICY_UNKNOWN_STEP", "steps[3].for[0]", /Use one of/, (f) => put(f, "label", { id: "sure", confirm: "returns.which", for: ["zebra"], on: { yes: "label", no: "agent" } })],
  ["a yes to a step that changes nothing", "POLICY_NOT_AN_EFFECT", "steps[3].for[0]", /Name a call that changes something/, (f) => put(f, "label", { id: "sure", confirm: "returns.which", for: ["read"], on: { yes: "label", no: "agent" } })],
  ["an effect that nobody has said yes to", "POLICY_EFFECT_UNCONFIRMED", "steps[3]", /"for": \["cancel"\]/, (f) => { put(f, "label", { id: "cancel", call: "@magento_cancel_order", with: { order_id: "$order_number" } }); step(f, "stage").on.delivered = "cancel"; }],
  ["a tool that there is not", "POLICY_UNKNOWN_TOOL", "steps[1].call", /Did you mean "shipmonk_order_details"\?/, (f) => { step(f, "read").call = "@shipmonk_order_detail"; }],
  ["a tool that was never handed in", "POLICY_UNKNOWN_TOOL", "steps[1].call", /Add "look_up": "tool" to "takes"/, (f) => { step(f, "read").call = "$look_up"; }],
  ["a handed tool that there is not", "POLICY_UNKNOWN_TOOL", "steps[0].with.look_up", /Did you mean "get_shipmonk_account_details"\?/, (f) => { put(f, "which", { id: "who", run: "#sub", with: { look_up: "@get_shipmonk_account_detail" } }); f.more.push(file("sub", SUB)); }],
  ["a handed tool that takes something else", "POLICY_WRONG_ARGUMENT", "steps[0].with.look_up", /Hand in a tool that does the same/, (f) => { put(f, "which", { id: "who", run: "#sub", with: { look_up: "@shipmonk_order_details" } }); f.more.push(file("sub", SUB)); }],
  ["a value where a tool is wanted", "POLICY_WRONG_ARGUMENT", "steps[0].with.look_up", /Write the name of a tool/, (f) => { put(f, "which", { id: "who", run: "#sub", with: { look_up: "shipmonk" } }); f.more.push(file("sub", SUB)); }],
  ["a policy that there is not", "POLICY_UNKNOWN_POLICY", "steps[0].run", /Did you mean "sub"\?/, (f) => { put(f, "which", { id: "who", run: "#sbu" }); f.more.push(file("sub", { ...SUB, takes: {}, intents: ["wismo"], steps: [{ id: "done", end: "order" }], gives: [] })); }],
  ["a transfer to a policy that there is not", "POLICY_UNKNOWN_POLICY", "steps[3].go", /Use one of: returns/, (f) => put(f, "label", { id: "away", go: "#zebra" })],
  ["a transfer to a policy that must be handed something", "POLICY_MISSING_ARGUMENT", "steps[5].go", /Use "run" and hand it in/, (f) => { const at = f.policy.steps.indexOf(step(f, "agent")); f.policy.steps[at] = { id: "agent", go: "#sub" }; f.more.push(file("sub", SUB)); }],
  ["a sub-policy without what it needs", "POLICY_MISSING_ARGUMENT", "steps[0].with", /Add "look_up" to "with"/, (f) => { put(f, "which", { id: "who", run: "#sub" }); f.more.push(file("sub", SUB)); }],
  ["a sub-policy with what it does not take", "POLICY_UNKNOWN_ARGUMENT", "steps[0].with.lookup", /Did you mean "look_up"\?/, (f) => { put(f, "which", { id: "who", run: "#sub", with: { look_up: "@get_shipmonk_account_details", lookup: 1 } }); f.more.push(file("sub", SUB)); }],
  ["a policy that a message starts and that must be handed something", "POLICY_MISSING_ARGUMENT", "intents[0]", /Take it out of "takes"/, (f) => { f.policy.takes = { look_up: "tool" }; }],
  ["a rule set that there is not", "POLICY_UNKNOWN_RULES", "steps[2].decide", /Did you mean "return-stage"\?/, (f) => { step(f, "stage").decide = "return-stag"; }],
  ["an event without a branch", "POLICY_MISSING_BRANCH", "steps[2].on", /Add "delivered": "…" to "on"/, (f) => { step(f, "stage").on.delivered = undefined; }],
  ["no otherwise", "POLICY_MISSING_BRANCH", "steps[2].on", /Add "otherwise"/, (f) => { step(f, "stage").on.otherwise = undefined; }],
  ["no unknown", "POLICY_MISSING_BRANCH", "steps[2].on", /Add "unknown"/, (f) => { step(f, "stage").on.unknown = undefined; }],
  ["a branch for an event that never comes", "POLICY_UNKNOWN_EVENT", "steps[2].on.deliverd", /Did you mean "delivered"\?/, (f) => { step(f, "stage").on.deliverd = "label"; }],
  ["a fact that the rules do not know", "POLICY_UNKNOWN_FACT", "steps[2].facts.ordr", /Did you mean "order"\?/, (f) => { step(f, "stage").facts = { ordr: "$order" }; }],
  ["a branch for an answer that never comes", "POLICY_UNKNOWN_ANSWER", "steps[3].on.yess", /Did you mean "yes"\?/, (f) => put(f, "label", { id: "sure", ask: "returns.which", slot: "sure", type: "yes_no", on: { yess: "label", no: "agent" } })],
  ["a branch for one number out of many", "POLICY_UNKNOWN_ANSWER", "steps[0].on.1002", /can only branch on "unknown"/, (f) => { step(f, "which").on = { 1002: "agent" }; }],
  ["a branch for a choice that is not offered", "POLICY_UNKNOWN_ANSWER", "steps[3].on.lage", /Did you mean "large"\?/, (f) => put(f, "label", { id: "size", ask: "returns.which", slot: "size", type: "choice", choices: [{ label: "returns.label", value: "large" }], on: { lage: "label" } })],
  ["a choice without choices", "POLICY_NO_CHOICES", "steps[0]", /Add "choices"/, (f) => { step(f, "which").type = "choice"; }],
  ["choices from what is no list", "POLICY_NOT_A_LIST", "steps[2].choices.from", /Name a list/, (f) => put(f, "stage", { id: "pick", ask: "returns.which", slot: "sku", type: "choice", choices: { from: "$order.number", value: "sku" } })],
  ["choices by a field that entries have not", "POLICY_UNKNOWN_FIELD", "steps[2].choices.value", /Did you mean "sku"\?/, (f) => put(f, "stage", { id: "pick", ask: "returns.which", slot: "sku", type: "choice", choices: { from: "$order.items", value: "sk" } })],
  ["a macro that there is not", "POLICY_UNKNOWN_MACRO", "steps[3].say", /Did you mean "returns.label"\?/, (f) => { step(f, "label").say = "returns.lable"; }],
  ["a question without words", "POLICY_UNKNOWN_MACRO", "steps[0].ask", /Did you mean "returns.which"\?/, (f) => { step(f, "which").ask = "returns.whihc"; }],
  ["a choice without words", "POLICY_UNKNOWN_MACRO", "steps[3].choices[0].label", /Use one of/, (f) => put(f, "label", { id: "size", ask: "returns.which", slot: "size", type: "choice", choices: [{ label: "zebra.zebra", value: "large" }] })],
  ["a hand-over without words", "POLICY_UNKNOWN_MACRO", "steps[5].handoff.say", /Did you mean "returns.agent"\?/, (f) => { step(f, "agent").handoff.say = "returns.agnet"; }],
  ["a name that is set on some ways only", "POLICY_NAME_NOT_SET", "steps[3].say (macro \"returns.label\")", /"ask", "call" or "set" before it/, (f) => { put(f, "read", { id: "sure", ask: "returns.agent", slot: "sure", type: "yes_no", on: { yes: "read", no: "label2" } }); const label = step(f, "label"); f.policy.steps.splice(3, 0, { ...label, id: "label2" }); step(f, "read").then = "stage"; f.policy.steps.splice(2, 0, f.policy.steps.splice(2, 1)[0]); }],
  ["a name that is never set", "POLICY_NAME_NOT_SET", "steps[1].with.order_id", /Did you mean "order_number"\?/, (f) => { step(f, "read").with.order_id = "$order_numbr"; }],
  ["a name that is set by the very question", "POLICY_NAME_NOT_SET", "steps[0].ask (macro \"returns.which\")", /before it/, (f) => { f.macros.which = "Which order besides {{ order_number }}?"; }],
  ["a promise that is not kept at an end", "POLICY_NAME_NOT_SET", "steps[6].end", /Set "refund_id" on every way/, (f) => { f.policy.gives = ["refund_id"]; }],
  ["a field that the order has not", "POLICY_UNKNOWN_FIELD", "steps[2].with.order_id", /Did you mean "number"\?/, (f) => put(f, "stage", { id: "again", call: "@shipmonk_order_details", with: { order_id: "$order.numbr" } })],
  ["a field of what has no fields", "POLICY_UNKNOWN_FIELD", "steps[1].with.order_id", /Add the field/, (f) => { step(f, "read").with.order_id = "$order_number.digits"; }],
  ["a field that shoppers have not", "POLICY_UNKNOWN_FIELD", "steps[0].with.email", /Did you mean "email"\?/, (f) => put(f, "which", { id: "mine", call: "@get_shipmonk_orders", with: { email: "$shopper.emial" } })],
  ["a text that needs what may be unknown", "MACRO_UNGUARDED", "steps[3].say (macro \"returns.label\")", /\{% if order.carrier %\}/, (f) => { f.macros.label = "It comes with {{ order.carrier }}."; }],
  ["a text for a second try that needs what may be unknown", "MACRO_UNGUARDED", "steps[0].ask (macro \"returns.which_again\")", /\{% if shopper.name %\}/, (f) => { f.macros.which_again = "Sorry {{ shopper.name }}, which order?"; }],
  ["a text everywhere that needs what may be unknown", "MACRO_UNGUARDED", "welcome", /\{% if order.number %\}/, (f) => { f.more.push({ file: "policies/macros/en/repair.json", text: repairWith({ welcome: "Order {{ order.number }} is fine!" }) }); }],
  ["an argument that the tool does not take", "POLICY_UNKNOWN_ARGUMENT", "steps[1].with.order_idd", /Did you mean "order_id"\?/, (f) => { step(f, "read").with.order_idd = "1"; }],
  ["a missing argument", "POLICY_MISSING_ARGUMENT", "steps[1].with", /Add "order_id" to "with"/, (f) => { step(f, "read").with = {}; }],
  ["a number where text is wanted", "POLICY_WRONG_ARGUMENT", "steps[1].with.order_id", /Write text/, (f) => { step(f, "read").with.order_id = 1002; }],
  ["a list where text is wanted", "POLICY_WRONG_ARGUMENT", "steps[2].with.order_id", /Name another value, or a field/, (f) => put(f, "stage", { id: "again", call: "@shipmonk_order_details", with: { order_id: "$order.items" } })],
  ["a step that nothing leads to", "POLICY_UNREACHABLE_STEP", "steps[5].id", /Lead a branch to it, or remove it/, (f) => put(f, "agent", { id: "lonely", say: "returns.agent", then: "done" })],
  ["steps that run out", "POLICY_RUNS_OUT", "steps[7]", /Add "then", or an "end"/, (f) => { f.policy.steps.push({ id: "late", say: "returns.agent" }); step(f, "label").then = "late"; }],
  ["a round without a question", "POLICY_SILENT_LOOP", "steps[1]", /Put an "ask" into it/, (f) => { step(f, "too-early").then = "read"; }],
  ["a round that asks only until the attempts are used up", "POLICY_SILENT_LOOP", "steps[0]", /Put an "ask" into it/, (f) => { step(f, "which").else = "sorry"; put(f, "agent", { id: "sorry", say: "returns.agent", then: "which" }); }],
  ["two steps of one name", "POLICY_STEP_TWICE", "steps[4].id", /Rename one of them/, (f) => { step(f, "too-early").id = "label"; }],
  ["two verbs in one step", "POLICY_STEP_KIND", "steps[3]", /Split it into two steps/, (f) => { step(f, "label").end = "answered"; }],
  ["no verb in a step", "POLICY_STEP_KIND", "steps[3]", /Did you mean "say"\?/, (f) => { const label = step(f, "label"); label.sya = label.say; label.say = undefined; }],
  ["a step that is no object", "POLICY_STEP_SHAPE", "steps[3]", /Write \{ "id"/, (f) => { f.policy.steps[3] = "label"; }],
  ["a key that there is not", "POLICY_STEP_SHAPE", "steps[3].thn", /Did you mean "then"\?/, (f) => { step(f, "label").thn = "done"; }],
  ["a key inside a key that there is not", "POLICY_STEP_SHAPE", "steps[5].handoff.quueue", /Did you mean "queue"\?/, (f) => { step(f, "agent").handoff.quueue = "x"; }],
  ["a head with a key that there is not", "POLICY_SHAPE", "intent", /Did you mean "intents"\?/, (f) => { f.policy.intent = "refund"; }],
  ["a head without a title", "POLICY_SHAPE", "title", /Add it/, (f) => { f.policy.title = undefined; }],
  ["no steps at all", "POLICY_SHAPE", "steps", /Change the value/, (f) => { f.policy.steps = []; }],
  ["a type of question that there is not", "POLICY_STEP_SHAPE", "steps[0].type", /Use one of: "email"/, (f) => { step(f, "which").type = "oder_number"; }],
  ["a time that is none", "POLICY_STEP_SHAPE", "steps[0].silence.after", /Change the value/, (f) => { step(f, "which").silence = { after: "3 minutes", then: "agent" }; }],
  ["an intent that there is not", "POLICY_UNKNOWN_INTENT", "intents[0]", /Did you mean "refund"\?/, (f) => { f.policy.intents = ["refnud"]; }],
  ["two policies for one intent", "POLICY_INTENT_TWICE", "intents[0]", /Take it out of one of the two/, (f) => { f.more.push(file("other", { ...OTHER, intents: ["refund"] })); }],
  ["two policies of one name", "POLICY_ID_TWICE", "id", /another id/, (f) => { f.more.push(file("other", { ...OTHER, id: "returns" })); }],
  ["a policy that runs itself", "POLICY_RUNS_ITSELF", "steps[3].run", /Use "go"/, (f) => put(f, "label", { id: "again", run: "#returns" })],
  ["policies that lead to each other in silence", "POLICY_SILENT_LOOP", "steps[0].go", /Put an "ask" into one/, (f) => { f.policy.steps = [{ id: "away", go: "#other" }]; f.more.push(file("other", { ...OTHER, steps: [{ id: "back", go: "#returns" }] })); }],
  ["a file that is no JSON", "FILE_NOT_JSON", "", /line 2/, (f) => { f.more.push(file("other", '{\n  "id": other\n}')); }],
  ["a file that reaches into the language", "FILE_FORBIDDEN_KEY", "", /Rename the key/, (f) => { f.more.push(file("other", '{ "__proto__": { "id": "x" } }')); }],
  ["a file nested too deep", "FILE_TOO_DEEP", "", /Flatten it/, (f) => { f.more.push(file("other", `${'{"a":'.repeat(20)}1${"}".repeat(20)}`)); }],
  ["a file that is too large", "FILE_TOO_LARGE", "", /Split it/, (f) => { f.more.push(file("other", { ...OTHER, when: "x".repeat(300_000) })); }],
  ["a file that is a list", "POLICY_SHAPE", "", /Write an object/, (f) => { f.more.push(file("other", "[]")); }],
  ["a text that Liquid cannot read", "MACRO_TEXT", "agent", /Check the \{\{ \}\}/, (f) => { f.macros.agent = "Hi {{ name"; }],
  ["a built-in text that is missing", "MACRO_MISSING", "welcome", /Add "welcome": "…"/, (f) => { f.more.push({ file: "policies/macros/en/repair.json", text: repairWith({ welcome: undefined }) }); }],
];

describe("a broken file", () => {
  it.each(BROKEN)("with %s: %s", (_, code, path, fix, change) => {
    const files = returns();
    change(files);
    const { policies, problems } = load(files);
    const errors = problems.filter(({ severity }) => severity === "error");
    expect(policies === undefined || errors.length > 0, "it does not go live").toBe(true);
    const found = errors.find((problem) => problem.code === code && problem.path === path);
    expect(found, JSON.stringify(errors, undefined, 1)).toBeDefined();
    expect(found?.file).toMatch(/^policies\/.+\.json$/);
    expect(found?.message).toMatch(/^.{15,}$/s);
    expect(found?.fix).toMatch(fix);
    expect(new Set(errors.map((problem) => problem.code)).size, "no noise about other things").toBeLessThanOrEqual(2);
  });

  it("is told with all of its problems at once, and so is every other file", () => {
    const files = returns();
    step(files, "label").say = "returns.lable";
    step(files, "read").call = "@shipmonk_order_detail";
    step(files, "stage").on.deliverd = "label";
    files.more.push(file("other", { ...OTHER, steps: [{ id: "done", edn: "x" }] }), file("third", "{"));
    const { problems } = load(files);
    expect(problems.map(({ file: name, code }) => `${name} ${code}`).toSorted()).toEqual([
      "policies/other.policy.json POLICY_STEP_KIND",
      "policies/returns.policy.json POLICY_UNKNOWN_EVENT",
      "policies/returns.policy.json POLICY_UNKNOWN_MACRO",
      "policies/returns.policy.json POLICY_UNKNOWN_TOOL",
      "policies/third.policy.json FILE_NOT_JSON",
    ]);
  });
});

describe("a warning", () => {
  const warned = (change: (files: Files) => void) => {
    const files = returns();
    change(files);
    const { policies, problems } = load(files);
    expect(policies, "it goes live all the same").toBeDefined();
    return problems.map(({ code, path, severity }) => `${severity} ${code} ${path}`);
  };

  it("is given where title and steps have no word in common", () => {
    const off = warned((f) => {
      f.policy.title = "Move house";
      f.policy.when = "The shopper has moved.";
      f.policy.intents = ["wismo"];
      f.intents.set("wismo", { title: "Another address" });
    });
    expect(off).toEqual(["warning POLICY_OFF_TOPIC when"]);
  });

  it("is not given for other forms of the same word", () => {
    const off = warned((f) => {
      f.policy.title = "Returning";
      f.policy.when = "Somebody returned a thing.";
      f.policy.intents = ["human_agent"];
    });
    expect(off).toEqual([]);
  });

  it("is given for a fact that no step ever sets: the rules would never know", () => {
    const off = warned((f) => {
      step(f, "read").as = "parcel";
      f.macros.label = "A label is in your mailbox.";
      f.macros.too_early = "It is still on its way.";
    });
    expect(off).toEqual(["warning POLICY_FACT_NEVER_SET steps[2].decide"]);
  });

  it("is given for a policy that nothing leads to", () => {
    expect(warned((f) => f.more.push(file("sub", SUB)))).toEqual(["warning POLICY_UNUSED intents"]);
  });
});

describe("what is not a problem", () => {
  // biome-ignore format: short cases
  const FINE: [string, (files: Files) => void][] = [
    ["a name set on every way, by different steps", (f) => {
      put(f, "which",
        { id: "sure", ask: "returns.agent", slot: "sure", type: "yes_no", on: { yes: "which", no: "fixed" } },
        { id: "fixed", set: { order_number: "1001" }, then: "read" });
    }],
    ["a text that asks for what may be unknown", (f) => { f.macros.label = "{% if order.carrier %}By {{ order.carrier }}.{% else %}Soon.{% endif %}"; }],
    ["a question as the last step, when every answer leads on", (f) => {
      f.policy.steps.push({ id: "sure", ask: "returns.agent", slot: "sure", type: "yes_no", on: { yes: "done", no: "agent" } });
      step(f, "label").then = "sure";
    }],
    ["fixed choices as the last step, when every one leads on", (f) => {
      const choices = ["a", "b"].map((value) => ({ label: "returns.agent", value }));
      f.policy.steps.push({ id: "kind", ask: "returns.agent", slot: "kind", type: "reason", choices, on: { a: "done", b: "agent" } });
      step(f, "label").then = "kind";
    }],
    ["a round with a question in it", (f) => { step(f, "too-early").then = "which"; }],
    ["what is reached only when the storefront vouches for somebody", (f) => {
      f.policy.on_identified = "mine";
      put(f, "agent", { id: "mine", call: "@get_shipmonk_orders", with: { email: "$shopper.email" }, then: "done" });
    }],
    ["policies that lead to each other, and ask in between", (f) => {
      put(f, "agent", { id: "away", go: "#other" });
      step(f, "too-early").then = "away";
      f.more.push(file("other", { ...OTHER, steps: [OTHER.steps[0], { id: "back", go: "#returns" }] }));
    }],
    ["a sub-policy that gives what is used afterwards", (f) => {
      put(f, "which", { id: "who", run: "#sub", with: { look_up: "@get_shipmonk_account_details" } });
      put(f, "which", { id: "mine", call: "@get_shipmonk_orders", with: { email: "$customer.email" }, as: "orders" });
      f.more.push(file("sub", SUB));
    }],
  ];
  it.each(FINE)("%s", (_, change) => {
    const files = returns();
    change(files);
    expect(load(files).problems).toEqual([]);
  });
});

it("the shop's own policies go live", () => {
  const { policies } = shipped();
  expect(policies.forIntent("wismo")).toBe("wismo");
  expect(policies.all.size).toBeGreaterThan(3);
});

function repairWith(change: Record<string, string | undefined>): string {
  return JSON.stringify({ ...REPAIR, ...change });
}
