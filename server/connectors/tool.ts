import { CAPABILITIES, type Capability, type CapabilityDefinition, type CapabilityName } from "./capabilities.js";
import type { Tool, ToolCall, ToolOutcome } from "./connector.js";
import { CallFailed } from "./failure.js";
import type { Http, HttpCall } from "./http.js";

export interface ToolParts<Name extends CapabilityName> {
  readonly name: string;
  readonly capability: Name;
  readonly system: string;
  /** May throw `CallFailed`; anything else thrown is a fault of ours and never reads as an answer. */
  run(args: Capability<Name>["args"], http: HttpCall, call: ToolCall): Promise<ToolOutcome<Capability<Name>["result"]>>;
  readBack?(
    args: Capability<Name>["args"],
    http: HttpCall,
    call: ToolCall,
  ): Promise<ToolOutcome<Capability<Name>["result"]>>;
}

/**
 * A tool whose every way out is one of the five outcomes, and whose results have the shape that its capability promises.
 */
export function defineTool<Name extends CapabilityName>(http: Http, parts: ToolParts<Name>): Tool<Name> {
  const definition: CapabilityDefinition = CAPABILITIES[parts.capability];
  const effect = definition.effect !== undefined;
  type Outcome = ToolOutcome<Capability<Name>["result"]>;

  async function guarded(work: ToolParts<Name>["run"], unsure: boolean, args: never, call: ToolCall): Promise<Outcome> {
    const begun = http.begin({ tool: parts.name, capability: parts.capability, signal: call.signal });
    try {
      const outcome = await work(args, begun, call);
      if (outcome.result !== "ok" || definition.result.safeParse(outcome.value).success) return outcome;
      return failed("malformed", unsure);
    } catch (error) {
      return error instanceof CallFailed ? error.toOutcome() : failed("internal", unsure);
    }
  }

  const tool: Tool<Name> = {
    name: parts.name,
    capability: parts.capability,
    system: parts.system,
    run: (args, call) => guarded(parts.run, effect, args as never, call),
  };
  const { readBack } = parts;
  if (readBack !== undefined) tool.readBack = (args, call) => guarded(readBack, false, args as never, call);
  return tool;
}

function failed(reason: string, unsure: boolean): ToolOutcome<never> {
  return { result: unsure ? "unknown_outcome" : "unavailable", reason };
}
