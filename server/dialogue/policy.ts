/**
 * The policy language: what a `*.policy.json` file may say. One schema gives the types here, the check when a file is
 * loaded, and the completion in the merchant's editor.
 */
import { z } from "zod";

const StepId = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, "A step id has lower-case letters, digits and hyphens, and begins with a letter.")
  .max(60);
export const PolicyId = StepId;
const Target = StepId.describe("The id of a step of this policy");
const ToolName = z
  .string()
  .regex(/^[@$][a-z][a-z0-9_]*$/, 'A tool is written "@tool_name", or "$name" when the policy takes the tool.');
const PolicyName = z.string().regex(/^#[a-z][a-z0-9-]*$/, 'A policy is written "#policy-id".');
const MacroName = z
  .string()
  .regex(/^[a-z][a-z0-9-]*(\.[a-z][a-z0-9_]*)+$/, 'A macro is written "file.name", for example "wismo.in_transit".');
const Slot = z.string().regex(/^[a-z][a-z0-9_]*$/, "A name has lower-case letters, digits and underscores.");
/** `$order.number`: read from the context. */
export const REFERENCE = /^\$[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/;
const Reference = z.string().regex(REFERENCE, 'A value from the context is written "$name" or "$name.field".');
type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };
const Value: z.ZodType<Value> = z
  .union([
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(z.lazy(() => Value)),
    z.record(
      Slot,
      z.lazy(() => Value),
    ),
  ])
  .describe(
    'A fixed value, or "$name.field" from the context, or "@tool" / "#policy" where one is wanted; a list or an object ' +
      'of such; or { "macro": "file.name" }, a text in the shopper\'s language',
  );
const Values = z.record(Slot, Value);
export const CARDS = ["order_card", "subscription_card"] as const;
const Card = z.strictObject({ show: z.enum(CARDS), of: Reference });

const base = { id: StepId, note: z.string().optional().describe("For colleagues; never shown to shoppers") };
const then = { then: Target.optional().describe("Where to go next; the following step when left out") };

const SayStep = z.strictObject({ ...base, ...then, say: MacroName, card: Card.optional() });

export const ASK_TYPES = [
  "email",
  "order_number",
  "choice",
  "yes_no",
  "code",
  "address",
  "text",
  "number",
  "date",
  "reason",
] as const;

const Choices = z.union([
  z.strictObject({
    from: Reference.describe("A list in the context"),
    value: z.string().describe("Field of an entry that is the answer"),
    show: z.enum(CARDS).optional(),
    label: z.string().optional().describe("Field of an entry to show when there is no card"),
    as: Slot.optional().describe("A name for the whole entry that was chosen"),
    only_one: z.literal("take").optional().describe("Where there is but one, it is taken without asking"),
    named_in: Reference.optional().describe(
      'A text, such as "$wish.text": the entry that it names by its goods is taken without asking',
    ),
  }),
  z
    .array(
      z.strictObject({
        label: MacroName,
        value: z.string(),
        like: z
          .array(z.string().min(2).max(200))
          .max(40)
          .optional()
          .describe(
            "Of a reason: what shoppers say who mean it, in their own words; more of the kind is understood, too",
          ),
      }),
    )
    .min(1),
]);

const AskStep = z.strictObject({
  ...base,
  ...then,
  ask: MacroName,
  slot: Slot,
  type: z.enum(ASK_TYPES),
  choices: Choices.optional(),
  attempts: z.number().int().min(1).max(10).default(2).describe("How often to ask before giving up"),
  else: Target.optional().describe("Where to go when the attempts are used up; a person when left out"),
  on: z
    .record(z.string(), Target)
    .optional()
    .describe(
      'Where an answer leads; "unknown" when the shopper cannot say, "insists" when the wish is only said again',
    ),
  instead: z.record(Slot, Target).optional().describe("Other slots that an answer may bring, and where that leads"),
  silence: z
    .strictObject({
      after: z.string().regex(/^\d+[smhd]$/, 'A time is written "90s", "10m", "2h" or "3d".'),
      then: Target,
    })
    .optional()
    .describe("Where to go when nothing comes for a while"),
});

const CallStep = z.strictObject({
  ...base,
  ...then,
  call: ToolName,
  with: Values.default({}),
  as: Slot.optional(),
  on: z
    .strictObject({
      not_found: Target.optional(),
      refused: Target.optional(),
      unavailable: Target.optional(),
      unknown_outcome: Target.optional(),
    })
    .default({}),
});

const ConfirmStep = z.strictObject({
  ...base,
  confirm: MacroName.describe("Says exactly what will be done, with the figures"),
  for: z.array(StepId).min(1).describe("The calls that a yes allows, and no others"),
  card: Card.optional(),
  attempts: z.number().int().min(1).max(5).default(2),
  else: Target.optional().describe("Where to go without a clear answer; a person when left out"),
  on: z.strictObject({
    yes: Target,
    no: Target,
    insists: Target.optional().describe(
      'Where it leads when the wish is only said again ("just cancel it"); where that is the same as "yes", it is a yes',
    ),
  }),
});

const DecideStep = z.strictObject({
  ...base,
  decide: z.string().describe("The id of a rule set in rules/"),
  facts: z.record(Slot, Reference).default({}).describe("Facts of the rule set that are named differently here"),
  on: z.record(z.string(), Target),
});

const SetStep = z.strictObject({ ...base, ...then, set: Values });
const RunStep = z.strictObject({ ...base, ...then, run: PolicyName, with: Values.default({}) });
const GoStep = z.strictObject({ ...base, go: PolicyName });
const PRIORITIES = ["low", "normal", "high", "urgent"] as const;
const HandoffStep = z.strictObject({
  ...base,
  handoff: z.strictObject({
    queue: z.string().min(1),
    reason: z.string().regex(/^[a-z][a-z0-9_]*$/, "A reason has lower-case letters, digits and underscores."),
    priority: z.enum(PRIORITIES).default("normal"),
    say: MacroName.optional(),
  }),
});
const EndStep = z.strictObject({ ...base, end: z.string().regex(/^[a-z][a-z0-9_]*$/) });

/** By the key that names the kind of step. A kind without a runner does not compile (interpreter.ts). */
export const STEP_KINDS = {
  say: SayStep,
  ask: AskStep,
  call: CallStep,
  confirm: ConfirmStep,
  decide: DecideStep,
  set: SetStep,
  run: RunStep,
  go: GoStep,
  handoff: HandoffStep,
  end: EndStep,
} as const;
export type StepKind = keyof typeof STEP_KINDS;
export type StepOf<K extends StepKind> = z.infer<(typeof STEP_KINDS)[K]>;
export type Step = { [K in StepKind]: StepOf<K> }[StepKind];

export function kindOf(step: object): StepKind | undefined {
  return (Object.keys(STEP_KINDS) as StepKind[]).find((kind) => Object.hasOwn(step, kind));
}

export const PolicyHead = z.strictObject({
  $schema: z.string().optional(),
  id: PolicyId,
  title: z.string().min(1),
  when: z.string().min(1).describe("In a sentence: when this policy is the right one"),
  intents: z.array(Slot).default([]).describe("Intents (embeddings/intents) that start this policy"),
  systems: z.array(Slot).default([]).describe("Outside systems of the article that this policy comes from"),
  takes: z
    .record(Slot, z.enum(["tool", "value"]))
    .default({})
    .describe("What a caller hands in by `with`"),
  gives: z.array(Slot).default([]).describe("Names that stay in the context after a `run` of this policy"),
  remembers: z
    .array(Slot)
    .default([])
    .describe("Names that every policy may read, empty until set: what is known of the order at hand"),
  on_identified: Target.optional().describe("Where to go when the storefront vouches for the shopper meanwhile"),
  steps: z.array(z.unknown()).min(1).max(200),
});

/** For editors: the same, with the steps spelled out. */
export const PolicyFile = PolicyHead.extend({
  steps: z
    .array(z.union(Object.values(STEP_KINDS) as unknown as [z.ZodType<Step>, z.ZodType<Step>]))
    .min(1)
    .max(200),
});

export interface Policy extends Omit<z.infer<typeof PolicyHead>, "steps"> {
  readonly file: string;
  /** First characters of the file's digest: the version that a conversation keeps. */
  readonly version: string;
  readonly steps: readonly Step[];
  readonly place: ReadonlyMap<string, number>;
}

export function policyJsonSchema(): unknown {
  return z.toJSONSchema(PolicyFile, { io: "input" });
}
