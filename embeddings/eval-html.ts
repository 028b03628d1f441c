import { clip, comparedLine, type EvalReport, percent } from "./eval-report.js";

/** One page with everything in it: no script, nothing fetched, can be mailed and printed. */
export function reportHtml(report: EvalReport): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Intent evaluation</title>
<meta name="viewport" content="width=device-width"><style>
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1c2733}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;margin:.5rem 0}
td,th{padding:.2rem .7rem;text-align:right;border-bottom:1px solid #e3e8ee}td:first-child,th:first-child{text-align:left}
.tiles{display:flex;flex-wrap:wrap;gap:.8rem}.tile{border:1px solid #d7dee6;border-radius:.6rem;padding:.6rem 1rem;min-width:8rem}
.tile b{display:block;font-size:1.4rem}.charts{display:flex;flex-wrap:wrap;gap:2rem}svg text{font:11px system-ui,sans-serif;fill:#3a4754}
.error{margin:.4rem 0;padding:.4rem .8rem;border-left:3px solid #d9a441;background:#fbf8f1}.dim{color:#66727f}
.wide{overflow-x:auto}figure{margin:0;max-width:26rem}
</style></head><body>
<h1>Intent evaluation</h1>
<p class="dim">${report.n} messages from ${html(report.files.join(", "))}${
    report.train === undefined ? "" : `; trained on ${report.train.n} messages in ${report.train.seconds.toFixed(1)} s`
  }</p>
<div class="tiles">${tiles(report)}</div>
${report.compared === undefined ? "" : `<p>${html(comparedLine(report.compared))}</p>`}
<div class="charts">
<figure><h2>When it asks instead of acting</h2>${curveChart(report)}<figcaption class="dim">Accuracy over the surest part of the messages; the dot is where it acts without asking.</figcaption></figure>
<figure><h2>Does 80 % mean 80 %?</h2>${reliabilityChart(report)}<figcaption class="dim">Bars: share right at that confidence. On the line, confidence is honest.</figcaption></figure>
</div>
<h2>What is taken for what</h2><div class="wide">${heatMap(report)}</div>
<h2>Intents</h2>${intentTable(report)}
${outOfScopeTable(report)}${tagTable(report)}
${report.suggestions.length === 0 ? "" : `<h2>Worth doing</h2><ul>${report.suggestions.map((line) => `<li>${html(line)}</li>`).join("")}</ul>`}
<h2>Mistakes, surest first</h2>${errorList(report)}
${report.bad.length === 0 ? "" : `<h2>Skipped rows</h2><ul>${report.bad.map(({ file, line, why }) => `<li>${html(file)}:${line} ${html(why)}</li>`).join("")}</ul>`}
</body></html>
`;
}

const MOST_ERRORS = 300;
const PLOT = { left: 44, top: 10, width: 340, height: 240 };

function tiles({
  accuracy,
  top2,
  macroF1,
  abstention,
  calibration,
  costly,
  several,
  outOfScope,
  latencyMs,
}: EvalReport): string {
  const shown: [string, string][] = [
    ["accuracy", percent(accuracy)],
    ["in the best two", percent(top2)],
    ["macro-F1", percent(macroF1)],
    ["acted on without asking", percent(abstention.coverage)],
    ["right when acted on", percent(abstention.accuracyWhenAccepted)],
    ["calibration error", percent(calibration.ece)],
    ["money started wrongly", percent(costly.rate)],
    ...(several.n > 0 ? ([["all wishes found", percent(several.bothFound)]] as [string, string][]) : []),
    ...(outOfScope === undefined ? [] : ([["out-of-scope recall", percent(outOfScope.recall)]] as [string, string][])),
    ["latency p50 / p99", `${latencyMs.p50.toFixed(1)} / ${latencyMs.p99.toFixed(1)} ms`],
  ];
  return shown.map(([name, value]) => `<div class="tile"><b>${value}</b>${html(name)}</div>`).join("");
}

function plot(inside: string, xLabel: string, yLabel: string): string {
  const { left, top, width, height } = PLOT;
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const grid = ticks
    .map(
      (tick) =>
        `<line x1="${x(tick)}" y1="${top}" x2="${x(tick)}" y2="${top + height}" stroke="#e8edf2"/><text x="${x(tick)}" y="${top + height + 14}" text-anchor="middle">${tick * 100}</text>` +
        `<line x1="${left}" y1="${y(tick)}" x2="${left + width}" y2="${y(tick)}" stroke="#e8edf2"/><text x="${left - 6}" y="${y(tick) + 4}" text-anchor="end">${tick * 100}</text>`,
    )
    .join("");
  return `<svg viewBox="0 0 ${left + width + 10} ${top + height + 34}" width="${left + width + 10}" role="img">${grid}${inside}<text x="${left + width / 2}" y="${top + height + 30}" text-anchor="middle">${xLabel}</text><text x="12" y="${top + height / 2}" text-anchor="middle" transform="rotate(-90 12 ${top + height / 2})">${yLabel}</text></svg>`;
}

function x(share: number): number {
  return Math.round((PLOT.left + share * PLOT.width) * 10) / 10;
}

function y(share: number): number {
  return Math.round((PLOT.top + (1 - share) * PLOT.height) * 10) / 10;
}

function curveChart({ abstention }: EvalReport): string {
  const line = abstention.curve.map(([coverage, accuracy]) => `${x(coverage)},${y(accuracy)}`).join(" ");
  const dot = `<circle cx="${x(abstention.coverage)}" cy="${y(abstention.accuracyWhenAccepted)}" r="5" fill="#c2453d"/>`;
  return plot(
    `<polyline points="${line}" fill="none" stroke="#2f6fb3" stroke-width="2"/>${dot}`,
    "messages answered, %",
    "right, %",
  );
}

function reliabilityChart({ calibration }: EvalReport): string {
  const bars = calibration.bins
    .map(
      ({ confidence, accuracy, n }) =>
        `<rect x="${x(confidence) - 9}" y="${y(accuracy)}" width="18" height="${Math.max(0, y(0) - y(accuracy))}" fill="#7fb0dd"><title>${n} messages: ${percent(accuracy)} right at ${percent(confidence)}</title></rect>`,
    )
    .join("");
  return plot(
    `${bars}<line x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}" stroke="#66727f" stroke-dasharray="4 4"/>`,
    "confidence, %",
    "right, %",
  );
}

function heatMap({ confusion, intents }: EvalReport): string {
  const names = [
    ...new Set([...Object.keys(intents), ...Object.values(confusion).flatMap((line) => Object.keys(line))]),
  ].sort();
  const cell = names.length > 40 ? 9 : names.length > 20 ? 16 : 30;
  const left = 150;
  const top = 130;
  const squares = names.flatMap((intent, row) => {
    const line = confusion[intent] ?? {};
    const support = Object.values(line).reduce((a, b) => a + b, 0);
    return names.map((predicted, column) => {
      const n = line[predicted] ?? 0;
      if (n === 0) return "";
      const strength = Math.sqrt(n / support);
      const colour =
        intent === predicted ? `rgba(47,111,179,${strength.toFixed(2)})` : `rgba(194,69,61,${strength.toFixed(2)})`;
      const number =
        cell >= 30
          ? `<text x="${left + column * cell + cell / 2}" y="${top + row * cell + cell / 2 + 4}" text-anchor="middle">${n}</text>`
          : "";
      return `<rect x="${left + column * cell}" y="${top + row * cell}" width="${cell - 1}" height="${cell - 1}" fill="${colour}"><title>${html(intent)} taken for ${html(predicted)}: ${n} of ${support}</title></rect>${number}`;
    });
  });
  const labels = names.map((name, i) => {
    const middle = i * cell + cell / 2 + 4;
    const short = html(clip(name, 22));
    return `<text x="${left - 6}" y="${top + middle}" text-anchor="end">${short}</text><text x="${left + middle}" y="${top - 6}" transform="rotate(-60 ${left + middle} ${top - 6})">${short}</text>`;
  });
  const size = names.length * cell;
  return `<svg viewBox="0 0 ${left + size + 100} ${top + size + 10}" width="${left + size + 100}" role="img"><text x="10" y="${top - 8}">is ↓ taken for →</text>${squares.join("")}${labels.join("")}</svg>`;
}

function intentTable({ intents }: EvalReport): string {
  const rows = Object.entries(intents)
    .sort(([, a], [, b]) => a.f1 - b.f1)
    .map(
      ([intent, { precision, recall, f1, support }]) =>
        `<tr><td>${html(intent)}</td><td>${percent(precision)}</td><td>${percent(recall)}</td><td>${percent(f1)}</td><td>${support}</td></tr>`,
    );
  return `<table><tr><th>intent</th><th>precision</th><th>recall</th><th>F1</th><th>n</th></tr>${rows.join("")}</table>`;
}

function outOfScopeTable({ outOfScope }: EvalReport): string {
  if (outOfScope === undefined) return "";
  const at = outOfScope.at.map(
    ({ inScopeLoss, recall }) =>
      `<tr><td>recall when ${percent(inScopeLoss)} of the others are lost</td><td>${percent(recall)}</td></tr>`,
  );
  return `<h2>Out of scope</h2><table><tr><td>AUROC</td><td>${outOfScope.auroc.toFixed(3)}</td></tr><tr><td>recall at the built-in threshold</td><td>${percent(outOfScope.recall)}</td></tr><tr><td>in-scope accuracy there</td><td>${percent(outOfScope.inScopeAccuracy)}</td></tr>${at.join("")}</table>`;
}

function tagTable({ tags }: EvalReport): string {
  const rows = Object.entries(tags).map(
    ([tag, { n, accuracy }]) => `<tr><td>${html(tag)}</td><td>${n}</td><td>${percent(accuracy)}</td></tr>`,
  );
  return rows.length === 0
    ? ""
    : `<h2>Tags</h2><table><tr><th>tag</th><th>n</th><th>accuracy</th></tr>${rows.join("")}</table>`;
}

function errorList({ errors }: EvalReport): string {
  const shown = [...errors].sort((a, b) => b.confidence - a.confidence).slice(0, MOST_ERRORS);
  const left = errors.length - shown.length;
  return (
    shown
      .map(
        ({ file, line, text, intent, predicted, confidence, nearest }) =>
          `<div class="error">${html(clip(text, 300))}<br><span class="dim">${html(file)}:${line} is <b>${html(intent)}</b>, taken for <b>${html(predicted)}</b> (${percent(confidence)})${nearest
            .slice(0, 2)
            .map(
              (near) => `; like “${html(clip(near.text, 80))}” (${html(near.intent)}, ${near.similarity.toFixed(2)})`,
            )
            .join("")}</span></div>`,
      )
      .join("") + (left > 0 ? `<p class="dim">… and ${left} more in the JSON report</p>` : "")
  );
}

function html(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
