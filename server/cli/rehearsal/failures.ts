/** How the tools that policies call can fail: each of it some conversation must meet. */
import { CAPABILITIES, type CapabilityDefinition, TOOL_NAMES } from "../../connectors/index.js";
import type { Failure } from "../../dialogue/index.js";

const CAPABILITY_OF = new Map(Object.values(TOOL_NAMES).flatMap((tools) => Object.entries(tools)));

/**
 * @param call as a policy has it: `@tool`, or `$name` for a look-up that is handed in, whose answers are masked
 * @returns none for tools of our own, which ask nobody
 */
export function failuresOf(call: string): readonly Failure[] {
  if (call.startsWith("$")) return ["unavailable"];
  const capability = CAPABILITY_OF.get(call.slice(1));
  if (capability === undefined) return [];
  const { effect, about }: CapabilityDefinition = CAPABILITIES[capability];
  // What a list or an order does not have is an answer; what is changed must be there to be changed.
  const absent: readonly Failure[] = effect === undefined || about !== undefined ? ["not_found"] : [];
  return effect === undefined ? [...absent, "unavailable"] : [...absent, "refused", "unavailable", "unknown_outcome"];
}
