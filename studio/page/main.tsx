/** The merchant's page: read-only. The files in Git are the truth; here is what they say and what is wrong with them. */
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { StudioData } from "../data.js";
import { IntentsView, KnowledgeView, MacrosView, OutcomesView, ProblemsView } from "./lists.js";
import { PolicyView } from "./policy-view.js";
import { RulesView } from "./rules-view.js";

/** `#policy/wismo/say-approved` -> ["policy", "wismo", "say-approved"]. */
function placeOf(hash: string): string[] {
  return decodeURIComponent(hash.replace(/^#/, "")).split("/");
}

function Studio({ data }: { readonly data: StudioData }) {
  const [place, setPlace] = useState(placeOf(location.hash));
  useEffect(() => {
    const follow = () => setPlace(placeOf(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const [view, id, step] = place;
  useEffect(() => {
    if (step === undefined) scrollTo(0, 0);
  }, [view, id, step]);
  const errors = data.problems.filter(({ severity }) => severity === "error").length;
  const policy = data.policies.find((one) => one.id === id) ?? data.policies[0];
  const ruleSet = data.ruleSets.find((one) => one.id === id) ?? data.ruleSets[0];
  const here = view === undefined || view === "" ? "policy" : view;
  const link = (target: string, words: string, isHere: boolean) => (
    <li key={target}>
      <a href={`#${target}`} aria-current={isHere ? "page" : undefined}>
        {words}
      </a>
    </li>
  );

  return (
    <div class="studio">
      <nav aria-label="Studio">
        <p class="brand">
          <b>{data.shop}</b> studio
        </p>
        <h2>Policies</h2>
        <ul>
          {data.policies.map((one) =>
            link(`policy/${one.id}`, one.title || one.id, here === "policy" && one === policy),
          )}
        </ul>
        <h2>Rules</h2>
        <ul>
          {data.ruleSets.map((one) =>
            link(`rules/${one.id}`, one.title || one.id, here === "rules" && one === ruleSet),
          )}
        </ul>
        <h2>All together</h2>
        <ul>
          {link("problems", `Problems (${data.problems.length})`, here === "problems")}
          {link("intents", `Intents (${data.intents.length})`, here === "intents")}
          {link("macros", `Macros (${Object.keys(data.macros).length})`, here === "macros")}
          {link("knowledge", `Knowledge (${data.passages.length})`, here === "knowledge")}
          {link("outcomes", "Outcomes", here === "outcomes")}
        </ul>
      </nav>
      <main>
        {errors > 0 && here !== "problems" && (
          <p class="alarm">
            <a href="#problems">
              {errors === 1 ? "One error keeps" : `${errors} errors keep`} the changed files from going live.
            </a>
          </p>
        )}
        {here === "policy" && policy && <PolicyView key={policy.id} policy={policy} data={data} step={step} />}
        {here === "rules" && ruleSet && <RulesView key={ruleSet.id} ruleSet={ruleSet} data={data} />}
        {here === "problems" && <ProblemsView problems={data.problems} />}
        {here === "intents" && <IntentsView data={data} />}
        {here === "macros" && <MacrosView macros={data.macros} />}
        {here === "knowledge" && <KnowledgeView passages={data.passages} />}
        {here === "outcomes" && <OutcomesView outcomes={data.outcomes} />}
      </main>
    </div>
  );
}

const root = document.getElementById("studio");
if (root !== null) {
  fetch("/studio/data.json")
    .then(async (answer) => {
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      const data = (await answer.json()) as StudioData;
      root.replaceChildren();
      render(<Studio data={data} />, root);
    })
    .catch((error: unknown) => {
      root.textContent = `The studio could not be loaded: ${error instanceof Error ? error.message : String(error)}. Reload the page to try again.`;
    });
}
