import type { RuleSetDoc, StudioData } from "../data.js";
import { linesOf } from "./in-words.js";

export function RulesView({ ruleSet, data }: { readonly ruleSet: RuleSetDoc; readonly data: StudioData }) {
  const asking = data.policies.flatMap((policy) =>
    policy.steps.filter(({ decide }) => decide === ruleSet.id).map((step) => ({ policy, step })),
  );
  return (
    <>
      <h1>{ruleSet.title}</h1>
      <p class="lead">
        The first rule that holds decides. When a fact is not known and could change the outcome, the answer is
        “unknown”; when no rule holds, it is “otherwise”.
      </p>
      <p class="facts">
        <code>{ruleSet.file}</code>
        {asking.map(({ policy, step }) => (
          <a key={`${policy.id}/${step.id}`} class="tag" href={`#policy/${policy.id}/${step.id}`}>
            asked by {policy.id}
          </a>
        ))}
      </p>
      <ol class="steps">
        {ruleSet.rules.map((rule) => (
          <li key={rule.name} class="step rule">
            <p class="step-head">
              <b>{rule.name}</b>
              {rule.priority !== undefined && <span class="soft">priority {rule.priority}</span>}
            </p>
            <ul class="conditions">
              {linesOf(rule.conditions).map(({ depth, text }, index) => (
                <li key={index} class={`depth-${Math.min(depth, 4)}`}>
                  {text}
                </li>
              ))}
            </ul>
            <ul class="ways">
              <li>
                <span class="end">{rule.event.type}</span>
                {asking.map(({ policy, step }) => {
                  const to = (step.on as Record<string, string> | undefined)?.[rule.event.type];
                  return (
                    to !== undefined && (
                      <a key={`${policy.id}/${step.id}`} href={`#policy/${policy.id}/${to}`}>
                        {policy.id}: {to}
                      </a>
                    )
                  );
                })}
              </li>
            </ul>
          </li>
        ))}
      </ol>
    </>
  );
}
