/** The command as whoever wrote a script around it sees it: a child process with lines in and lines out. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const COMMAND = join(import.meta.dirname, "../../server/aftersale.mjs");

export type Line = Record<string, unknown> & { readonly type: string };

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const folder = mkdtempSync(join(tmpdir(), "converse-test-"));
let files = 0;

/** Writes a file that lasts as long as the tests. */
export function file(content: unknown): string {
  files += 1;
  const path = join(folder, `${files}.json`);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

export function removeFiles(): void {
  rmSync(folder, { recursive: true, force: true });
}

/** All input at once, as a pipe gives it. */
export async function run(args: readonly string[], input = ""): Promise<Ended> {
  const command = start(args);
  command.child.stdin.end(input);
  return command.ended;
}

function start(args: readonly string[]): { child: ChildProcessWithoutNullStreams; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd: folder });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended };
}

/** A conversation line by line: each is written only when the turn of the one before has come back. */
export class Talk {
  /**
   * From the start of the process to the first reply, in milliseconds: by the clock, or by the processor time that it
   * took where that is less, since a machine that is busy with something else says nothing about the command.
   */
  firstReplyMs: number | undefined;
  readonly ended: Promise<Ended>;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly begun = performance.now();
  private arrived: Line[] = [];
  private waiting: { until: string; resolve: (lines: Line[]) => void } | undefined;

  constructor(args: readonly string[]) {
    const { child, ended } = start(["converse", ...args]);
    this.child = child;
    this.ended = ended;
    createInterface({ input: child.stdout }).on("line", (text) => this.take(JSON.parse(text) as Line));
    void ended.then(() => this.waiting?.resolve(this.arrived));
  }

  private take(line: Line): void {
    this.arrived.push(line);
    if (line.type === "reply") this.firstReplyMs ??= Math.min(performance.now() - this.begun, this.processorMs());
    if (line.type !== this.waiting?.until) return;
    const { resolve } = this.waiting;
    this.waiting = undefined;
    const lines = this.arrived;
    this.arrived = [];
    resolve(lines);
  }

  /** Of all its threads. Only Linux tells, in hundredths of a second (proc(5): utime and stime of /proc/PID/stat). */
  private processorMs(): number {
    try {
      const fields = readFileSync(`/proc/${this.child.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      return (Number(fields[11]) + Number(fields[12])) * 10;
    } catch {
      return Number.POSITIVE_INFINITY;
    }
  }

  private until(type: string): Promise<Line[]> {
    return new Promise((resolve) => {
      this.waiting = { until: type, resolve };
    });
  }

  /** What comes before anything is written. */
  hello(): Promise<Line[]> {
    return this.until("hello");
  }

  /** Writes one line; gives everything up to its `turn`. */
  say(line: string): Promise<Line[]> {
    const answer = this.until("turn");
    this.child.stdin.write(`${line}\n`);
    return answer;
  }

  /** Closes the other end of stdout, as `| head -1` does. */
  stopReading(): void {
    this.child.stdout.destroy();
  }

  write(text: string): Promise<void> {
    // Whether it is still read is not the writer's affair.
    this.child.stdin.on("error", () => undefined);
    return new Promise((resolve) => this.child.stdin.end(text, () => resolve()));
  }

  /** Ends the input; gives what still comes. */
  async end(): Promise<{ lines: Line[] } & Ended> {
    const rest = this.until("nothing more");
    this.child.stdin.end();
    const ended = await this.ended;
    return { lines: await rest, ...ended };
  }
}
