import type { z } from "zod";
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
  type Outcome = ToolOutcome<Capability<Name>["result"]>;

  const begin = (call: ToolCall) => http.begin({ tool: parts.name, capability: parts.capability, signal: call.signal });

  async function guarded(work: ToolParts<Name>["run"], args: never, call: ToolCall, begun: HttpCall): Promise<Outcome> {
    try {
      const outcome = await work(args, begun, call);
      if (outcome.result !== "ok") return outcome;
      const checked = definition.result.safeParse(outcome.value);
      if (checked.success) return outcome;
      // Places only: the values may be personal.
      warn(parts.name, `its result is not of its capability's shape at ${placesOf(checked.error)}`);
      return failed("malformed", begun);
    } catch (error) {
      if (error instanceof CallFailed) return error.toOutcome();
      warn(parts.name, error instanceof Error ? (error.stack ?? error.name) : typeof error);
      return failed("internal", begun);
    }
  }

  const { readBack } = parts;
  const tool: Tool<Name> = {
    name: parts.name,
    capability: parts.capability,
    system: parts.system,
    async run(args, call) {
      const begun = begin(call);
      const outcome = await guarded(parts.run, args as never, call, begun);
      if (outcome.result !== "refused" || !begun.askedForEffect || readBack === undefined) return outcome;
      // "Already canceled", "refunded before": a refusal because it is done is no refusal. The books know.
      const found = await guarded(readBack, args as never, call, begin(call));
      return found.result === "ok" ? found : outcome;
    },
  };
  if (readBack !== undefined) tool.readBack = (args, call) => guarded(readBack, args as never, call, begin(call));
  return tool;
}

/** What goes wrong on our side is never an answer; if the vendor was asked for a change, it may have happened. */
function failed(reason: string, { askedForEffect }: HttpCall): ToolOutcome<never> {
  return { result: askedForEffect ? "unknown_outcome" : "unavailable", reason };
}

function placesOf({ issues }: z.ZodError): string {
  return issues.map(({ path }) => path.join(".")).join(", ");
}

/** A fault in a connector: whoever runs the server should see it, the shopper meets an outcome like any other. */
function warn(tool: string, what: string): void {
  process.emitWarning(`The tool ${tool} has a fault: ${what}`, { code: "CONNECTOR_FAULT" });
}
