/**
 * `aftersale converse`: one conversation with the real rooms over a make-believe world. A public contract: tests, merchants
 * and people who compare rest on its lines. Only the clock, the store's file and the outside world are make-believe.
 */
import { createInterface } from "node:readline";
import type { Line } from "./lines.js";
import { PASSAGES, prettyLine } from "./lines.js";
import { type ConverseOptions, openScene } from "./scene.js";

/** At the end of input the shopper has fallen silent: waits of a few minutes run out before the books are read. */
const SILENCE_AT_END_MS = 5 * 60_000;

export async function converse(
  options: ConverseOptions & { pretty?: boolean },
  io: Pick<NodeJS.Process, "stdin" | "stdout" | "stderr">,
): Promise<number> {
  const print = (line: Line): void => {
    // Not of the contract.
    if (line.type === PASSAGES && !options.pretty) return;
    io.stdout.write(`${options.pretty ? prettyLine(line) : JSON.stringify(line)}\n`);
  };
  // Whoever reads has seen enough (`| head -1`): the conversation ends, and that is no failure.
  io.stdout.on("error", () => io.stdin.destroy());
  const complain = (text: string): void => void io.stderr.write(`${text}\n`);
  const opened = await openScene(options, print, complain);
  if ("problem" in opened) {
    complain(opened.problem);
    return 2;
  }
  const { scene } = opened;
  print(scene.hello());
  for await (const line of createInterface({ input: io.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (options.pretty) print({ type: "shopper", text: line });
    if (line.startsWith("!")) await control(line, scene, complain);
    else await scene.say(line.replaceAll("\\n", "\n"));
    print(await scene.turn());
  }
  await scene.wait(SILENCE_AT_END_MS);
  print(scene.ledger());
  await scene.close();
  return 0;
}

type Scene = Extract<Awaited<ReturnType<typeof openScene>>, { scene: unknown }>["scene"];

async function control(line: string, scene: Scene, complain: (text: string) => void): Promise<void> {
  const [command, argument = ""] = line.slice(1).trim().split(/\s+/, 2);
  const wait = /^(\d+)([smhd])$/.exec(argument);
  if (command === "wait" && wait !== null) {
    const unit = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[wait[2] as "s" | "m" | "h" | "d"];
    await scene.wait(Number(wait[1]) * unit);
  } else if (command === "restart") await scene.restart();
  else if (command === "as" && argument.includes("@")) await scene.vouchFor(argument);
  else complain(`"${line}" is no control. There are: !wait 3d (s, m, h, d), !restart, !as EMAIL.`);
}
