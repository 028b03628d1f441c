import type { OutcomeDoc, ProblemDoc, StudioData } from "../data.js";

export function ProblemsView({ problems }: { readonly problems: readonly ProblemDoc[] }) {
  return (
    <>
      <h1>Problems</h1>
      {problems.length === 0 ? (
        <p class="lead">None. Every policy, rule, macro and intent reads well, and they fit together.</p>
      ) : (
        <ul class="problems">
          {problems.map(({ file, path, code, message, fix, severity }) => (
            <li key={`${file} ${path} ${code} ${message}`} class={`problem ${severity}`}>
              <p>
                <span class="kind">{severity}</span> <code>{path === "" ? file : `${file}, ${path}`}</code>
              </p>
              <p>{message}</p>
              <p class="fix">{fix}</p>
              <p class="soft">{code}</p>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

export function IntentsView({ data }: { readonly data: StudioData }) {
  return (
    <>
      <h1>Intents</h1>
      <p class="lead">What shoppers want, learned from examples in their own words.</p>
      <table>
        <thead>
          <tr>
            <th>Intent</th>
            <th>What it is</th>
            <th>Examples</th>
            <th>Policy</th>
          </tr>
        </thead>
        <tbody>
          {data.intents.map(({ id, title, description, utterances }) => {
            const policy = data.policies.find(({ intents }) => intents.includes(id));
            return (
              <tr key={id}>
                <td>
                  <b>{title}</b>
                  <br />
                  <code>{id}</code>
                </td>
                <td>{description}</td>
                <td>{utterances}</td>
                <td>
                  {policy ? <a href={`#policy/${policy.id}`}>{policy.id}</a> : <span class="soft">none yet</span>}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

export function KnowledgeView({ passages }: { readonly passages: StudioData["passages"] }) {
  return (
    <>
      <h1>Knowledge</h1>
      <p class="lead">What is quoted, word for word, where no policy answers. Files: policies/knowledge/</p>
      <dl class="macros">
        {passages.map(({ id, title, source, text, locale, questions }) => (
          <div key={id}>
            <dt>
              <b>{title}</b> {locale && <code>{locale}</code>}
              <br />
              <code>{id}</code>
            </dt>
            <dd>
              {text}
              <br />
              <a href={source} rel="noreferrer">
                {source}
              </a>
              <br />
              <span class="soft">Found by: {questions.join(" · ")}</span>
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

export function MacrosView({ macros }: { readonly macros: StudioData["macros"] }) {
  return (
    <>
      <h1>Macros</h1>
      <p class="lead">Every sentence that the chat can say.</p>
      <dl class="macros">
        {Object.entries(macros).map(([name, text]) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

export function OutcomesView({ outcomes }: { readonly outcomes: readonly OutcomeDoc[] }) {
  const most = Math.max(1, ...outcomes.map(({ count }) => count));
  return (
    <>
      <h1>Outcomes</h1>
      {outcomes.length === 0 ? (
        <p class="lead">No conversation has ended yet.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th>Policy</th>
              <th>Ended as</th>
              <th>Conversations</th>
            </tr>
          </thead>
          <tbody>
            {outcomes.map(({ policy, outcome, count }) => (
              <tr key={`${policy} ${outcome}`}>
                <td>
                  <a href={`#policy/${policy}`}>{policy}</a>
                </td>
                <td>{outcome.replaceAll("_", " ")}</td>
                <td>
                  <meter min={0} max={most} value={count}>
                    {count}
                  </meter>{" "}
                  {count}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
