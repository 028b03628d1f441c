/** The command line. Each command's code is loaded only when it is asked for. */
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { version } from "./version.js";

/** @returns the exit code: 0 well, 1 what was checked is not in order, 2 wrong use or wrong input */
export async function main(argv: readonly string[]): Promise<number> {
  let code = 0;
  const program = new Command("aftersale")
    .description("Support chatbot for online shops: answers and acts after the sale, exactly and explainably.")
    .version(version)
    .exitOverride()
    .configureHelp({ sortSubcommands: true });

  program
    .command("serve")
    .description("Run the chat server for a shop.")
    .option("--shop <file>", "the shop's settings", "shop.json")
    .action(async ({ shop }) => {
      const { serve } = await import("../main.js");
      code = await serve(shop);
    });

  program
    .command("demo")
    .description("Run the demo shop: storefront, chat, mailbox and make-believe vendors, all on this machine.")
    .option("--world <file>", "another make-believe world")
    .action(async ({ world }) => {
      const { demo } = await import("./demo.js");
      code = await demo(world);
    });

  program
    .command("build")
    .description("Build what is generated: widget, studio, schemas for editors, the index of the intents.")
    .action(async () => {
      const { build } = await import("./build.js");
      code = await build();
    });

  program
    .command("check")
    .description(
      "Check policies, rules, texts, knowledge and intents: every problem with file, place and fix; after an edit of the intents, also which other examples and past messages now go elsewhere.",
    )
    .option("--shop <file>", "the shop's settings; without it every system is taken as connected")
    .option("--root <folder>", "the folder that holds policies/, rules/ and embeddings/intents/")
    .option(
      "--messages <file>",
      "messages to decide before and after an edit of the intents: JSON Lines with a text each",
    )
    .option("--data <folder>", "where a server keeps its data, for the messages of the past")
    .option("--cache <folder>", "where what was learned is kept; the project's own by default")
    .option("--fail-on-moved", "exit 1 when something now goes elsewhere")
    .option("--json", "one JSON object instead of sentences")
    .action(async (options) => {
      const { check } = await import("./check.js");
      code = await check(options);
    });

  program
    .command("versions")
    .description("List the sets of policies, rules and texts that have been live, and which one is in force.")
    .option("--root <folder>", "the folder that holds policies/ and rules/")
    .action(async (options) => {
      const { versions } = await import("./file-sets.js");
      code = await versions(options);
    });

  program
    .command("rollback [set]")
    .description("Put an earlier set in force, beside a running server: the one before, or the one named.")
    .option("--root <folder>", "the folder that holds policies/ and rules/")
    .option("--end", "let the set of the folders count again")
    .action(async (set, options) => {
      const { rollback } = await import("./file-sets.js");
      code = await rollback(set, options);
    });

  program
    .command("export")
    .description("Write down everything that is kept of one customer, as JSON, to be handed out to them.")
    .requiredOption("--customer <email>", "the customer's address", parseEmail)
    .option("--out <file>", "a new file, readable by you alone, instead of the terminal")
    .option("--trace", "with the reasons of each decision; rules may have conditions that shoppers are not told")
    .option("--data <folder>", "where the server stores its data")
    .action(async (options) => {
      const { exportData } = await import("./customer.js");
      code = await exportData(options);
    });

  program
    .command("erase")
    .description("Forget one customer: conversations, codes, mails, and whose the lines of the journal are.")
    .requiredOption("--customer <email>", "the customer's address", parseEmail)
    .option("--tickets <file>", "the file of the shop's own desk, if it has one")
    .option("--data <folder>", "where the server stores its data")
    .action(async (options) => {
      const { eraseData } = await import("./customer.js");
      code = await eraseData(options);
    });

  program
    .command("backup <file>")
    .description("Copy the database into a new file, whether the server runs or not; sealed with AFTERSALE_BACKUP_KEY.")
    .option("--data <folder>", "where the server stores its data")
    .action(async (file, options) => {
      const { backup } = await import("./backup/index.js");
      code = await backup(file, options);
    });

  program
    .command("restore <file>")
    .description("Put a backup in the database's place while no server runs; what was there is kept beside it.")
    .option("--data <folder>", "where the server stores its data")
    .action(async (file, options) => {
      const { restore } = await import("./backup/index.js");
      code = await restore(file, options);
    });

  const audit = program.command("audit").description("What was done: the log that nobody changes unseen.");
  audit
    .command("verify")
    .description("Go along the chain of the audit log and name the first row that was changed, if any.")
    .option("--head <n:hash>", "what this printed earlier: that row must still be there", parseHead)
    .option("--data <folder>", "where the server stores its data")
    .action(async (options) => {
      const { verify } = await import("./audit.js");
      code = await verify(options);
    });
  audit
    .command("list")
    .description("Print the latest rows as JSON Lines.")
    .option("--last <rows>", "how many", parsePositive, 100)
    .option("--data <folder>", "where the server stores its data")
    .action(async (options) => {
      const { list } = await import("./audit.js");
      code = await list(options);
    });

  program
    .command("converse")
    .description("Hold one conversation over a make-believe world: a message a line in, JSON Lines out.")
    .requiredOption(
      "--world <file>",
      "the world: customers, orders, subscriptions, faults (sandbox/schema/world.schema.json)",
    )
    .option("--as <email>", "the storefront vouches for this customer", parseEmail)
    .option("--auto-code", "one-time codes are read from the mailbox and entered")
    .option("--now <time>", "begin at this time (ISO 8601)", parseTime)
    .option("--shop <file>", "the shop's settings")
    .option("--root <folder>", "the folder that holds policies/, rules/ and embeddings/intents/")
    .option("--locale <locale>", "the shopper's language", "en")
    .option("--pretty", "a readable transcript instead of JSON Lines")
    .action(async (options) => {
      const { converse } = await import("./converse/index.js");
      code = await converse(options, process);
    });

  program
    .command("coverage [folder]")
    .description(
      "Hold all conversation files (*.convo.txt) of a folder: which ways through the policies does none take?",
    )
    .action(async (folder = "test/conversations") => {
      const { coverage } = await import("./rehearsal/index.js");
      code = await coverage(folder, process);
    });

  program
    .command("classify")
    .description("Classify messages: one a line in, one JSON object a line out.")
    .option("--train <file>", "train on this file (JSON Lines or CSV) instead of taking the shop's own classifier")
    .option("--validate <file>", "choose what is sure enough on this file")
    .option("--json", "JSON Lines, which is what comes out in any case")
    .action(async (options) => {
      const { classify } = await import("./understanding.js");
      code = await classify(options, process);
    });

  program
    .command("eval [files...]")
    .description("Evaluate the classifier on labelled messages: tables, and a report as JSON and HTML.")
    .option("--train <file>", "train on this file instead of taking the shop's own classifier")
    .option("--validate <file>", "choose what is sure enough on this file")
    .option("--json <file>", "write the whole report as JSON")
    .option("--html <file>", "write it as one page with pictures")
    .option("--compare <file>", "compare with an earlier JSON report")
    .option("--cross-validate <parts>", "cross-validate; without files, on the shop's own examples", parsePositive)
    .option("--fail-under <metric=value>", "exit 1 when a metric falls short; may be repeated", collect, [])
    .action(async (files, options) => {
      const { evaluate } = await import("./understanding.js");
      code = await evaluate({ ...options, files }, process);
    });

  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!isForPeople(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  return code;
}

/** These say what is wrong and what to do (docs/errors.md). Anything else is a fault of ours, and its stack is wanted. */
function isForPeople(error: unknown): error is Error {
  const code = String((error as { code?: unknown } | null)?.code);
  return error instanceof Error && /^(BACKUP|CONFIG|SHOP|STORE|IDENTITY|TOOLS|MODEL|INTENTS|CONNECTOR)_/.test(code);
}

function parseEmail(text: string): string {
  if (!/^[^\s@]+@[^\s@]+$/.test(text))
    throw new InvalidArgumentError("It is no e-mail address; write it like ann.reed@example.com.");
  return text;
}

function parseTime(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new InvalidArgumentError(`"${text}" is no time; write it like 2026-03-10T12:00:00Z.`);
  return at;
}

function parseHead(text: string): { n: number; hash: string } {
  const [, n, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (n === undefined || hash === undefined)
    throw new InvalidArgumentError(
      'Write it as "aftersale audit verify" printed it: a number, a colon, 64 characters.',
    );
  return { n: Number(n), hash };
}

function parsePositive(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 1) return value;
  throw new InvalidArgumentError(`"${text}" is no number of parts; write one from 2 up.`);
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
