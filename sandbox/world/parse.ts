import { type Problem, parseMerchantFile, problemsOf } from "../../server/problems/index.js";
import { WorldFile } from "./schema.js";
import { resolveTime } from "./times.js";
import { type Fault, World, type WorldClock } from "./world.js";

export interface ParseOptions {
  /** Named in problems; `world.json` where left out. */
  readonly file?: string;
  /** Capabilities and tools that a fault may name; where left out, any name is taken. */
  readonly faultNames?: readonly string[];
}

/**
 * Checks a world file and makes the world. Relative times are resolved once, against `now`.
 *
 * @param json what `JSON.parse` gave
 * @param now milliseconds since 1970, or the clock that the simulators are to go by
 * @returns the world, or every problem found (codes `WORLD_…`)
 */
export function parseWorld(
  json: unknown,
  now: number | WorldClock,
  { file = "world.json", faultNames }: ParseOptions = {},
): { world?: World; problems: Problem[] } {
  const parsed = WorldFile.safeParse(json, { reportInput: true });
  if (!parsed.success) {
    const misshapen = problemsOf(file, "WORLD_INVALID", flatten(parsed.error.issues));
    return { problems: [...misshapen, ...crossCheck(file, readable(json), faultNames)] };
  }
  const problems = crossCheck(file, parsed.data, faultNames);
  if (problems.some(({ severity }) => severity === "error")) return { problems };
  const clock = typeof now === "number" ? { now: () => now } : now;
  return { world: buildWorld(parsed.data, clock), problems };
}

/** The same from text; also refuses what is not JSON. */
export function parseWorldText(
  text: string,
  now: number | WorldClock,
  options: ParseOptions = {},
): { world?: World; problems: Problem[] } {
  const { json, problems } = parseMerchantFile({ file: options.file ?? "world.json", text });
  return problems.length > 0 ? { problems } : parseWorld(json, now, options);
}

type Issues = Parameters<typeof problemsOf>[2];

/** In a choice of shapes, the objections to the shape that the author most likely meant. */
function flatten(issues: Issues): Issues {
  return issues.flatMap((issue) => {
    if (issue.code !== "invalid_union") return [issue];
    const inner = issue.errors.map((errors) =>
      flatten(errors.map((error) => ({ ...error, path: [...issue.path, ...error.path] }))),
    );
    const aboutKeys = inner.filter((list) =>
      list.every((each) => each.path.length > issue.path.length || isKeys(each)),
    );
    return aboutKeys[0] ?? inner[0] ?? [issue];
  });
}

function isKeys(issue: Issues[number]): boolean {
  return issue.code === "unrecognized_keys" || issue.code === "invalid_value";
}

/** What can still be checked in a file whose shape is wrong somewhere: all problems are told at once. */
function readable(json: unknown): WorldFile {
  const file = recordOf(json);
  const having = (list: unknown, key: string) =>
    (Array.isArray(list) ? list : []).map((entry, at) => {
      const { [key]: value } = recordOf(entry);
      // Where there is none, one that no other entry can have.
      return { [key]: typeof value === "string" || typeof value === "number" ? String(value) : `\0${at}` };
    });
  return {
    customers: having(file.customers, "email"),
    orders: having(file.orders, "id"),
    subscriptions: having(file.subscriptions, "id"),
    faults: recordOf(file.faults),
  } as unknown as WorldFile;
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function crossCheck(file: string, world: WorldFile, faultNames: readonly string[] | undefined): Problem[] {
  const problems: Problem[] = [];
  const add = (path: string, code: string, message: string, fix: string) =>
    problems.push({ file, path, code, message, fix, severity: "error" });
  const seen = { customers: new Set<string>(), orders: new Set<string>(), subscriptions: new Set<string>() };
  world.customers?.forEach(({ email }, at) => {
    const key = email.trim().toLowerCase();
    if (seen.customers.has(key))
      add(
        `customers[${at}].email`,
        "WORLD_DUPLICATE",
        `There is already a customer ${email}.`,
        "Merge the two entries.",
      );
    seen.customers.add(key);
  });
  for (const kind of ["orders", "subscriptions"] as const) {
    world[kind]?.forEach(({ id }, at) => {
      const key = String(id);
      if (seen[kind].has(key))
        add(`${kind}[${at}].id`, "WORLD_DUPLICATE", `The id "${key}" is already taken.`, "Give it another id.");
      seen[kind].add(key);
    });
  }
  for (const name of Object.keys(world.faults ?? {})) {
    if (faultNames === undefined || faultNames.includes(name)) continue;
    add(
      `faults.${name}`,
      "WORLD_UNKNOWN_FAULT",
      `"${name}" is neither a capability nor a tool.`,
      `Use a capability (${faultNames.slice(0, 6).join(", ")} …) or a tool's name without the @.`,
    );
  }
  return problems;
}

function buildWorld(file: WorldFile, clock: WorldClock): World {
  const now = clock.now();
  const time = (text: string | undefined) => (text === undefined ? undefined : resolveTime(text, now));
  const text = (id: string | number | undefined) => (id === undefined ? undefined : String(id));
  return new World(
    {
      ...(file.systems === undefined ? {} : { systems: file.systems }),
      ...(file.surcharge === undefined ? {} : { surcharge: file.surcharge }),
      customers: (file.customers ?? []).map(known),
      orders: (file.orders ?? []).map((order) =>
        known({
          ...order,
          id: String(order.id),
          subscription: text(order.subscription),
          currency: order.currency ?? "USD",
          ordered: time(order.ordered),
          ship: time(order.ship),
          eta: time(order.eta),
          delivered: time(order.delivered),
          items: order.items?.map((item) => known({ ...item, qty: item.qty ?? 1 })),
          refund: order.refund && known({ ...order.refund, when: time(order.refund.when) }),
        }),
      ),
      subscriptions: (file.subscriptions ?? []).map((subscription) =>
        known({
          ...subscription,
          id: String(subscription.id),
          currency: subscription.currency ?? "USD",
          next: time(subscription.next),
          cutoff: time(subscription.cutoff),
        }),
      ),
      catalog: (file.catalog ?? []).map((entry) =>
        typeof entry === "string"
          ? { name: entry, currency: "USD" }
          : known({ ...entry, currency: entry.currency ?? "USD" }),
      ),
      faults: new Map(
        Object.entries(file.faults ?? {}).map(([name, entry]): [string, Fault] => [
          name,
          typeof entry === "string" ? { kind: entry } : known({ kind: entry.kind, left: entry.times }),
        ]),
      ),
    },
    clock,
  );
}

type Known<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Without the keys whose value is undefined: what is not said must stay absent. */
function known<T extends object>(entry: T): Known<T> {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)) as Known<T>;
}
