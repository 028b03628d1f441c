/**
 * How many shoppers one server holds, and how long they wait: real server, real model, fsync before each acknowledgement,
 * shoppers in a second process, and a bare Socket.IO echo in the same run to read the figures against.
 *
 *     npm run bench:load                      10,000 sockets, 1,000 messages a second, a minute
 *     npm run bench:load -- --soak 30         afterwards half of that for 30 minutes: does memory grow?
 *     npm run bench:load -- --sockets 2000 --rate 500 --seconds 20
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Generator, type ServerUnderLoad, startGenerator, startServerUnderLoad } from "./load-children.js";
import type { Quantiles, Sent } from "./load-generator.js";
import type { Stored, Used } from "./load-server.js";

export interface LoadOptions {
  readonly sockets: number;
  readonly rate: number;
  readonly seconds: number;
  /** Wishes that need an embedding, and how many a second are offered. */
  readonly wishes: number;
  readonly wishRate: number;
  readonly soakMinutes: number;
}

export interface Phase extends Sent {
  readonly before: Used;
  readonly after: Used;
}

export interface LoadRun {
  readonly echo: Phase;
  readonly shop: Phase;
  readonly wishes: Phase;
  readonly soak:
    | { readonly phase: Phase; readonly mbPerMinute: number; readonly samples: readonly number[] }
    | undefined;
  /** Resident bytes for each connection, the conversation opened with it included. */
  readonly perSocket: { readonly echo: number; readonly shop: number };
  readonly begun: Sent;
  readonly stored: Stored;
}

/** Beyond this the generator, not the server, was the slow one: the run says nothing. */
const OWN_LIMIT_MS = 10;

export async function runLoad(options: LoadOptions, tell: (line: string) => void): Promise<LoadRun> {
  const { sockets, rate, seconds } = options;
  const count = Math.round(rate * seconds);
  tell("bare Socket.IO echo");
  const echo = await withServer("echo", async (server, generator) => {
    const perSocket = await connect(server, generator, sockets);
    return { phase: await measured(server, () => generator.send("answers", rate, count)), perSocket };
  });
  return withServer("shop", async (server, generator) => {
    tell(`the server: ${sockets} conversations are opened`);
    const perSocket = await connect(server, generator, sockets);
    const begun = await generator.send("begin", Math.min(rate, 300), sockets);
    tell(`${rate} answers a second for ${seconds} s`);
    const shop = await measured(server, () => generator.send("answers", rate, count));
    const soak = options.soakMinutes > 0 ? await soaked(server, generator, options, tell) : undefined;
    await generator.leave();
    tell(`${options.wishes} wishes that nobody has said before`);
    await generator.connect(server.port, options.wishes, 500);
    const wishes = await measured(server, () => generator.send("wishes", options.wishRate, options.wishes));
    const stored = await server.stored();
    return {
      echo: echo.phase,
      shop,
      wishes,
      soak,
      perSocket: { echo: echo.perSocket, shop: perSocket },
      begun,
      stored,
    };
  });
}

async function withServer<T>(
  kind: "shop" | "echo",
  work: (server: ServerUnderLoad, generator: Generator) => Promise<T>,
): Promise<T> {
  const server = await startServerUnderLoad(kind);
  try {
    const generator = await startGenerator();
    try {
      return await work(server, generator);
    } finally {
      generator.stop();
    }
  } finally {
    server.stop();
  }
}

async function connect(server: ServerUnderLoad, generator: Generator, sockets: number): Promise<number> {
  const before = await server.used();
  await generator.connect(server.port, sockets, 500);
  return ((await server.used()).rss - before.rss) / sockets;
}

async function measured(server: ServerUnderLoad, work: () => Promise<Sent>): Promise<Phase> {
  const before = await server.used();
  const sent = await work();
  return { ...sent, before, after: await server.used() };
}

/** Half the load for a long time, memory read every ten seconds after a collection. */
async function soaked(
  server: ServerUnderLoad,
  generator: Generator,
  { rate, soakMinutes }: LoadOptions,
  tell: (line: string) => void,
): Promise<NonNullable<LoadRun["soak"]>> {
  tell(`half the load for ${soakMinutes} minutes`);
  const samples: number[] = [];
  const everyS = 10;
  const rounds = Math.max(1, Math.round((soakMinutes * 60) / everyS));
  let all: Phase | undefined;
  for (let round = 0; round < rounds; round++) {
    const phase = await measured(server, () => generator.send("answers", rate / 2, (rate / 2) * everyS));
    samples.push(phase.after.rss);
    all = all === undefined ? phase : worseOf(all, phase);
  }
  return { phase: all as Phase, mbPerMinute: slope(samples) * (60 / everyS), samples };
}

function worseOf(a: Phase, b: Phase): Phase {
  const worse = b.toAnswer.p95 > a.toAnswer.p95 ? b : a;
  return {
    ...worse,
    before: a.before,
    after: b.after,
    planned: a.planned + b.planned,
    acknowledged: a.acknowledged + b.acknowledged,
    answered: a.answered + b.answered,
    refused: a.refused + b.refused,
    seconds: a.seconds + b.seconds,
  };
}

/** Megabytes a sample by least squares, the first fifth left out: heaps grow to their size first. */
function slope(bytes: readonly number[]): number {
  const settled = bytes.slice(Math.floor(bytes.length / 5)).map((value) => value / 1_048_576);
  const n = settled.length;
  if (n < 2) return 0;
  const meanX = (n - 1) / 2;
  const meanY = settled.reduce((sum, value) => sum + value, 0) / n;
  const over = settled.reduce((sum, value, x) => sum + (x - meanX) * (value - meanY), 0);
  return over / settled.reduce((sum, _, x) => sum + (x - meanX) ** 2, 0);
}

export function report(run: LoadRun, { sockets, rate }: LoadOptions, print: (line: string) => void): void {
  const row = (name: string, cells: readonly string[]): void =>
    print(`${name.padEnd(34)} ${cells.map((cell) => cell.padStart(9)).join(" ")}`);
  const times = ({ p50, p95, p99, max }: Quantiles) => [p50, p95, p99, max].map((ms) => ms.toFixed(1));
  const ratio = (a: Quantiles, b: Quantiles) => [a.p50 / b.p50, a.p95 / b.p95, a.p99 / b.p99].map((x) => x.toFixed(1));
  const cpu = ({ before, after, answered }: Phase) => (after.cpu - before.cpu) / 1_000 / Math.max(1, answered);
  const kb = (bytes: number) => `${(bytes / 1024).toFixed(1)} kB`;
  const mb = (bytes: number) => `${(bytes / 1_048_576).toFixed(0)} MB`;
  print(`${sockets} sockets, ${rate} messages a second; milliseconds from the planned time`);
  row("", ["p50", "p95", "p99", "max"]);
  row("echo: acknowledged", times(run.echo.toStored));
  row("echo: answered", times(run.echo.toAnswer));
  row("server: stored and acknowledged", times(run.shop.toStored));
  row("server: answered, no embedding", times(run.shop.toAnswer));
  row(
    `server: answered, ${(run.wishes.answered / run.wishes.seconds).toFixed(0)} embeddings/s`,
    times(run.wishes.toAnswer),
  );
  if (run.soak !== undefined) row("soak: the worst ten seconds", times(run.soak.phase.toAnswer));
  row("answered, times the echo", ratio(run.shop.toAnswer, run.echo.toAnswer));
  print("");
  row("", ["echo", "server", "times"]);
  const beside = (name: string, a: number, b: number, show: (value: number) => string): void =>
    row(name, [show(a), show(b), (b / a).toFixed(1)]);
  beside("processor time a message", cpu(run.echo), cpu(run.shop), (ms) => `${ms.toFixed(2)} ms`);
  beside("resident memory a connection", run.perSocket.echo, run.perSocket.shop, kb);
  beside("resident memory at the end", run.echo.after.rss, run.shop.after.rss, mb);
  beside("loop late, p99", run.echo.after.loopP99, run.shop.after.loopP99, (ms) => `${ms.toFixed(1)} ms`);
  beside("loop late, most", run.echo.after.loopMax, run.shop.after.loopMax, (ms) => `${ms.toFixed(0)} ms`);
  print("");
  const parts = Object.entries(run.shop.after.parts).map(([name, ms]) => `${name} ${ms.toFixed(2)}`);
  print(`a turn without an embedding, mean milliseconds: ${parts.join(", ")}`);
  print(`processor time of a wish: ${cpu(run.wishes).toFixed(1)} ms, all threads`);
  if (run.soak !== undefined)
    print(`soak: memory ${run.soak.mbPerMinute.toFixed(2)} MB a minute over ${run.soak.samples.length} samples`);
  const { utterances, untaken, gaps } = run.stored;
  print(`in the database: ${utterances} utterances, ${untaken} without a turn, ${gaps} conversations with a gap`);
  for (const line of verdicts(run)) print(line);
}

/** What makes the figures worthless, or the server wrong. Empty is well. */
export function verdicts({ echo, shop, wishes, soak, begun, stored }: LoadRun): string[] {
  const phases: readonly (readonly [string, Sent])[] = [
    ["echo", echo],
    ["opening", begun],
    ["answers", shop],
    ["wishes", wishes],
    ...(soak === undefined ? [] : [["soak", soak.phase] as const]),
  ];
  const wrong = phases.flatMap(([name, { planned, acknowledged, answered, refused, gone, ownP99 }]) => [
    ...(acknowledged + refused === planned ? [] : [`WRONG ${name}: ${planned} sent, ${acknowledged} acknowledged`]),
    ...(answered === acknowledged ? [] : [`WRONG ${name}: ${acknowledged} acknowledged, ${answered} answered`]),
    ...(refused === 0 ? [] : [`WRONG ${name}: ${refused} refused`]),
    ...(gone === 0 ? [] : [`WRONG ${name}: ${gone} connections lost`]),
    ...(ownP99 <= OWN_LIMIT_MS ? [] : [`VOID ${name}: the generator itself was ${ownP99.toFixed(0)} ms late (p99)`]),
  ]);
  const said = begun.acknowledged + shop.acknowledged + wishes.acknowledged + (soak?.phase.acknowledged ?? 0);
  if (stored.utterances !== said) wrong.push(`WRONG: ${said} acknowledged, ${stored.utterances} in the database`);
  if (stored.untaken > 0) wrong.push(`WRONG: ${stored.untaken} utterances were never looked at`);
  if (stored.gaps > 0) wrong.push(`WRONG: ${stored.gaps} conversations have a gap`);
  return wrong;
}

/** The machine's own price of "on disk", where the server's database lies. */
export function fsyncTimes(times = 200): Quantiles {
  const folder = mkdtempSync(join(process.env.AFTERSALE_BENCH_DIR ?? tmpdir(), "aftersale-fsync-"));
  const file = openSync(join(folder, "probe"), "w");
  const took = Array.from({ length: times }, () => {
    writeSync(file, Buffer.alloc(4_096));
    const begun = performance.now();
    fdatasyncSync(file);
    return performance.now() - begun;
  }).toSorted((a, b) => a - b);
  closeSync(file);
  rmSync(folder, { recursive: true });
  const at = (q: number): number => took[Math.min(times - 1, Math.floor(times * q))] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

function optionsOf(argv: string[]): LoadOptions {
  const number = { type: "string" } as const;
  const { values } = parseArgs({
    args: argv,
    options: { sockets: number, rate: number, seconds: number, wishes: number, wishRate: number, soak: number },
  });
  const or = (text: string | undefined, usual: number): number => (text === undefined ? usual : Number(text));
  return {
    sockets: or(values.sockets, 10_000),
    rate: or(values.rate, 1_000),
    seconds: or(values.seconds, 60),
    wishes: or(values.wishes, 1_000),
    wishRate: or(values.wishRate, 100),
    soakMinutes: or(values.soak, 0),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const options = optionsOf(process.argv.slice(2));
  const load = () => loadavg()[0]?.toFixed(1);
  const sync = ({ p50, p95, p99 }: Quantiles) => [p50, p95, p99].map((ms) => ms.toFixed(2)).join(", ");
  print(`${availableParallelism()} cores, load ${load()}; fdatasync ${sync(fsyncTimes())} ms (p50, p95, p99)`);
  const run = await runLoad(options, (line) => process.stderr.write(`… ${line}\n`));
  print("");
  report(run, options, print);
  print(`load now ${load()}; fdatasync now ${sync(fsyncTimes())} ms (p50, p95, p99)`);
  process.exitCode = verdicts(run).length === 0 ? 0 : 1;
}
