import { useEffect } from "preact/hooks";
import type { PolicyDoc, StepDoc, StudioData } from "../data.js";
import { type Kind, kindOf, type Way, waysOf } from "./leads-to.js";

interface PolicyViewProps {
  readonly policy: PolicyDoc;
  readonly data: StudioData;
  /** The step to bring into view. */
  readonly step: string | undefined;
}

export function PolicyView({ policy, data, step }: PolicyViewProps) {
  useEffect(() => {
    const target = step === undefined ? undefined : document.getElementById(`step-${step}`);
    target?.scrollIntoView({ block: "center" });
    target?.focus({ preventScroll: true });
  }, [step]);
  const problems = data.problems.filter(({ file }) => file === policy.file);
  const intents = policy.intents.map((id) => data.intents.find((intent) => intent.id === id)?.title ?? id);
  return (
    <>
      <h1>{policy.title}</h1>
      <p class="lead">{policy.when}</p>
      <p class="facts">
        <code>{policy.file}</code>
        {intents.map((intent) => (
          <span key={intent} class="tag">
            {intent}
          </span>
        ))}
        {policy.systems.map((system) => (
          <span key={system} class="tag system">
            {system}
          </span>
        ))}
      </p>
      {problems.length > 0 && (
        <p class="alarm">
          <a href="#problems">
            {problems.length} {problems.length === 1 ? "problem" : "problems"} in this file
          </a>
        </p>
      )}
      <ol class="steps">
        {policy.steps.map((one, index) => (
          <Step
            key={one.id}
            step={one}
            next={policy.steps[index + 1]}
            policy={policy}
            data={data}
            isTarget={one.id === step}
          />
        ))}
      </ol>
    </>
  );
}

interface StepProps {
  readonly step: StepDoc;
  readonly next: StepDoc | undefined;
  readonly policy: PolicyDoc;
  readonly data: StudioData;
  readonly isTarget: boolean;
}

function Step({ step, next, policy, data, isTarget }: StepProps) {
  const kind = kindOf(step);
  const note = typeof step.note === "string" ? step.note : undefined;
  return (
    <li id={`step-${step.id}`} class={`step ${kind ?? ""} ${isTarget ? "target" : ""}`} tabIndex={-1}>
      <p class="step-head">
        <span class="kind">{kind ?? "unknown"}</span>
        <b>{step.id}</b>
      </p>
      <div class="step-body">
        <What step={step} kind={kind} data={data} />
        {note !== undefined && <p class="note">{note}</p>}
      </div>
      <ul class="ways">
        {waysOf(step, next).map((way, index) => (
          <li key={index}>
            {way.when !== "" && <span class="when">{way.when.replaceAll("_", " ")}</span>}
            <Target way={way} policy={policy} />
          </li>
        ))}
      </ul>
    </li>
  );
}

function What({
  step,
  kind,
  data,
}: {
  readonly step: StepDoc;
  readonly kind: Kind | undefined;
  readonly data: StudioData;
}) {
  const macro = (name: unknown) => <q>{data.macros[String(name)] ?? String(name)}</q>;
  switch (kind) {
    case "say":
      return macro(step.say);
    case "ask":
      return (
        <>
          {macro(step.ask)}
          <span class="soft">
            keeps the answer as <code>{String(step.slot)}</code>
          </span>
        </>
      );
    case "confirm":
      return macro(step.confirm);
    case "call":
      return <code>{String(step.call)}</code>;
    case "decide":
      return (
        <a href={`#rules/${String(step.decide)}`}>
          {data.ruleSets.find(({ id }) => id === step.decide)?.title ?? String(step.decide)}
        </a>
      );
    case "handoff": {
      const { reason, priority, say } = step.handoff as Record<string, unknown>;
      return (
        <>
          {say !== undefined && macro(say)}
          <span class="soft">
            reason: {String(reason).replaceAll("_", " ")}
            {priority !== undefined && `, priority ${String(priority)}`}
          </span>
        </>
      );
    }
    case "set":
      return <code>{JSON.stringify(step.set)}</code>;
    default:
      return null;
  }
}

function Target({ way: { to }, policy }: { readonly way: Way; readonly policy: PolicyDoc }) {
  if ("step" in to) {
    const isThere = policy.steps.some(({ id }) => id === to.step);
    return isThere ? (
      <a href={`#policy/${policy.id}/${to.step}`}>{to.step}</a>
    ) : (
      <span class="missing">{to.step} (missing)</span>
    );
  }
  if ("policy" in to) return <a href={`#policy/${to.policy}`}>#{to.policy}</a>;
  if ("person" in to) return <span class="person">a person{to.person !== "" && ` (${to.person})`}</span>;
  return <span class="end">ends: {to.end.replaceAll("_", " ")}</span>;
}
