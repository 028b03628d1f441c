/**
 * Seven bugs that the simulation must find, as changes to the real sources. A change whose place is gone is an error: the
 * mutant is then written anew, not left out.
 */
import type { Change } from "./bundle.js";

export interface Mutant {
  readonly name: string;
  readonly changes: readonly Change[];
}

const JOURNAL = "server/tools/journal.ts";

export const MUTANTS: readonly Mutant[] = [
  {
    name: "no idempotency key",
    changes: [
      {
        file: JOURNAL,
        find: "  return { key, conversation };",
        put: "  return { key: key + Math.random(), conversation };",
      },
    ],
  },
  {
    name: "new key on each retry",
    changes: [
      {
        file: JOURNAL,
        find: "function callOf({ key, conversation }: Effect): ToolCall {\n  return { key, conversation };",
        put: "function callOf({ key, conversation, tries }: Effect): ToolCall {\n  return { key: key + tries, conversation };",
      },
    ],
  },
  {
    name: "done before the call",
    changes: [
      {
        file: JOURNAL,
        find: 'moveEffect(tx, key, [status], "sending", { at: now(), tried: true })',
        put: 'moveEffect(tx, key, [status], "done", { at: now(), tried: true })',
      },
    ],
  },
  {
    name: "acknowledged before the commit",
    changes: [
      {
        file: "server/gateway/shopper-socket.ts",
        find: "      const { seq } = await conversations.receive(conversation, {",
        put: "      const seq = 1 + (await conversations.find(conversation))!.last;\n      void conversations.receive(conversation, {",
      },
    ],
  },
  {
    name: "a key per click",
    changes: [
      {
        file: "server/tools/perform.ts",
        find: "    kind?.family(args, about.value) ??",
        put: "    (kind && kind.family(args, about.value) + caller.conversation + caller.turn) ??",
      },
    ],
  },
  {
    name: "no reconciling once the key is forgotten",
    changes: [
      {
        file: JOURNAL,
        find: "    const found = await orUnknown(served.readBack(effect.arguments as never, callOf(effect)));\n    if (found.result",
        put: '    const found: ToolOutcome<unknown> = { result: "not_found" } as ToolOutcome<unknown>;\n    if (found.result',
      },
    ],
  },
  {
    name: "reconcile, then yield, then call",
    changes: [
      {
        file: JOURNAL,
        find: '    if (found.result === "not_found") return send(entry, effect);',
        put: '    if (found.result === "not_found") {\n      await ports.clock.pause(READ_BACK_PAUSE_MS);\n      return send(entry, effect);\n    }',
      },
    ],
  },
];
