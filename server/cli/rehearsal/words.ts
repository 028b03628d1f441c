/** The lines of `aftersale converse` in the words of a conversation file. */

export type Line = { readonly type: string } & Readonly<Record<string, unknown>>;

/** `head (detail; detail)`: a file may leave details out, and what follows the colon. */
export interface Reason {
  readonly head: string;
  readonly details: readonly string[];
}

export interface SaidReply {
  readonly text: string;
  readonly choices: readonly string[];
  readonly card: string | undefined;
}

/** Undefined for what is no reason: replies, and the lines around a conversation. */
export function reasonOf(line: Line): Reason | undefined {
  switch (line.type) {
    case "understood": {
      const slots = listed(line.slots);
      if (line.answer !== undefined) return { head: `understood an answer: ${line.answer}`, details: slots };
      const also = (line.also as string[]).map((intent) => `also ${intent}`);
      return { head: `understood: ${line.intent}`, details: [String(line.outcome), ...slots, ...also] };
    }
    case "passages": {
      const weighed = (line.compared as { id: string; chance: number }[]).map(({ id, chance }) => `${id} ${chance}`);
      return { head: `passages: ${line.passage ?? "none"}`, details: weighed };
    }
    case "policy": {
      const { id, event, outcome, step } = line;
      return { head: `policy ${id}: ${event}`, details: [...(outcome ? [String(outcome)] : []), `at ${step}`] };
    }
    case "decision": {
      const why = (line.why as Condition[]).map(
        ({ fact, path, value, verdict }) =>
          `${path === undefined ? fact : `${fact}.${path}`} ${verdict === "unknown" ? "is unknown" : `= ${plain(value)}`}`,
      );
      const details = [...new Set(why), ...(line.flip === undefined ? [] : [String(line.flip)])];
      return { head: `rules ${line.rules}: ${line.event}`, details };
    }
    case "call":
      return { head: `called @${line.tool}: ${line.result}`, details: listed(line.arguments) };
    case "effect":
      return { head: `did @${line.tool}: ${line.status}`, details: listed(line.arguments) };
    case "mail":
      return { head: `mail to ${line.to}: ${line.subject}`, details: [] };
    case "handoff": {
      const { order_number: order, priority, customer } = line.payload as Payload;
      const details = [
        `queue = ${line.queue}`,
        `order = ${order ?? "not known"}`,
        `priority = ${priority}`,
        `identity = ${customer.level}`,
        line.ticket === undefined ? "no ticket yet" : "ticket opened",
      ];
      return { head: `handed over to ${line.helpdesk}: ${line.reason}`, details };
    }
    default:
      return undefined;
  }
}

interface Condition {
  readonly fact: string;
  readonly path?: string;
  readonly value?: unknown;
  readonly verdict: string;
}

interface Payload {
  readonly order_number: string | null;
  readonly priority: string;
  readonly customer: { readonly level: string };
}

export function replyOf(line: Line): SaidReply | undefined {
  if (line.type !== "reply") return undefined;
  const asks = line.asks as { choices?: { label: string }[] } | undefined;
  const parts = line.parts as { kind: string; title?: string; status?: { label: string } }[];
  const card = parts.find(({ kind }) => kind === "card");
  return {
    text: line.text as string,
    choices: asks?.choices?.map(({ label }) => label) ?? [],
    card: card && `${card.title}${card.status === undefined ? "" : ` (${card.status.label})`}`,
  };
}

export function showReason({ head, details }: Reason): string {
  return `- ${head}${details.length === 0 ? "" : ` (${details.join("; ")})`}`;
}

/** As it stands in a file: further lines indented, then the card, then the choices. */
export function showReply({ text, choices, card }: SaidReply): string[] {
  const [first, ...rest] = text.split("\n");
  return [
    `Bot: ${first}`,
    ...rest.map((line) => (line === "" ? "" : `     ${line}`)),
    ...(card === undefined ? [] : [`Card: ${card}`]),
    ...(choices.length === 0 ? [] : [`Choices: ${choices.map((label) => `[${label}]`).join(" ")}`]),
  ];
}

/** Whether what the file says is what happened: the same words, and no detail that did not hold. */
export function isReason(wanted: string, { head, details }: Reason): boolean {
  const [, name = wanted, inside] = /^([^(]*?)(?: \((.*)\))?$/s.exec(wanted) ?? [];
  const heads = [head, head.slice(0, head.indexOf(":"))];
  return heads.includes(name) && (inside === undefined || inside.split("; ").every((each) => details.includes(each)));
}

function listed(values: unknown): string[] {
  return Object.entries((values ?? {}) as Record<string, unknown>).map(([name, value]) => `${name} = ${plain(value)}`);
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
}
