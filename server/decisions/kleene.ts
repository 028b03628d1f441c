/**
 * Three-valued logic over a rule's conditions. Decisions come from the engine (`engine.ts`); this says the same without it
 * where a rule set is asked about facts that are not there: checks at load and "what would change the decision".
 */
import type { Verdict } from "./operators.js";
import type { Node } from "./rule-set.js";

export function truthOf(node: Node, verdicts: readonly Verdict[]): Verdict {
  switch (node.type) {
    case "leaf":
      return verdicts[node.leaf.index] ?? "unknown";
    case "not": {
      const inner = truthOf(node.of, verdicts);
      return inner === "unknown" ? "unknown" : inner === "true" ? "false" : "true";
    }
    case "all":
      return joined(node.of, verdicts, "false", "true");
    case "any":
      return joined(node.of, verdicts, "true", "false");
  }
}

function joined(nodes: readonly Node[], verdicts: readonly Verdict[], decisive: Verdict, neutral: Verdict): Verdict {
  let truth = neutral;
  for (const node of nodes) {
    const part = truthOf(node, verdicts);
    if (part === decisive) return decisive;
    if (part === "unknown") truth = "unknown";
  }
  return truth;
}
