/** `aftersale demo`, which is what `npm start` runs: starts the demo shop and says where to click. */
import { createServer } from "node:net";
import { join } from "node:path";
import { startDemo } from "../../sandbox/demo.js";
import type { Log } from "../assemble.js";
import { PROJECT } from "../shop-files.js";
import { progress } from "./progress.js";

export async function demo(world: string | undefined): Promise<number> {
  const begun = performance.now();
  const log: Log = ({ level, message, ...rest }) => {
    if (level === "info") return;
    const error = rest.error === undefined ? "" : ` ${String((rest.error as Error).stack ?? rest.error)}`;
    process.stderr.write(`${level}: ${message}${error}\n`);
  };
  const started = await startDemo({
    ...(world !== undefined && { world }),
    ports: { shop: await freePort(8080), chat: await freePort(8787), mail: 0 },
    dataDir: join(PROJECT, ".aftersale", "demo"),
    log,
    onProgress: progress(process.stderr, "Learning the intents' examples (first start, or they changed)"),
  });
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  process.stdout.write(
    [
      "",
      `Aftersale's demo shop is open (started in ${seconds} s).`,
      "",
      `  The shop      ${started.shopUrl}/            open the chat at the lower right`,
      `  The mailbox   ${started.shopUrl}/mailbox     one-time codes arrive here`,
      `  Customers     ${started.shopUrl}/customers   whom to be, and what their orders show`,
      `  The studio    ${started.chatUrl}/studio      policies, rules and what is wrong with them`,
      "",
      "Stop with Ctrl-C.",
      "",
    ].join("\n"),
  );
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  await started.close();
  return 0;
}

/** The usual port, or any other when somebody else has it. */
function freePort(wanted: number): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(0));
    probe.listen(wanted, "127.0.0.1", () => probe.close(() => resolve(wanted)));
  });
}
