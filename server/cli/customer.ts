/** `aftersale export` and `aftersale erase`: what is kept of one customer, handed out or forgotten. */
import { writeFile } from "node:fs/promises";
import { eraseTickets } from "../connectors/index.js";
import { bytesIn, eraseCustomer, exportCustomer } from "../privacy/index.js";
import { type DataOptions, withData } from "./data.js";

export interface ExportOptions extends DataOptions {
  readonly customer: string;
  readonly out?: string;
  readonly trace?: boolean;
}

/** @returns the exit code */
export async function exportData({ customer, out, trace, ...where }: ExportOptions, io = process): Promise<number> {
  return withData(where, async ({ store, identity, by }) => {
    const rooms = { store, identity, by, now: Date.now };
    const exported = await exportCustomer(rooms, customer, { trace: trace === true });
    const text = `${JSON.stringify(exported, null, 2)}\n`;
    if (out === undefined) io.stdout.write(text);
    else {
      await writeFile(out, text, { mode: 0o600, flag: "wx" });
      io.stderr.write(`${exported.conversations.length} conversations written to ${out}, for you alone to read.\n`);
    }
    return 0;
  });
}

export interface EraseOptions extends DataOptions {
  readonly customer: string;
  /** The file of the shop's own desk, if it has one. */
  readonly tickets?: string;
}

/** @returns 0 when all is gone, 1 when something is left */
export async function eraseData({ customer, tickets, ...where }: EraseOptions, io = process): Promise<number> {
  return withData(where, async ({ store, identity, files, by }) => {
    const erased = await eraseCustomer({ store, identity, by, now: Date.now }, customer);
    const ids = erased.tickets.filter(({ system }) => system === "desk").map(({ ticket }) => ticket);
    const ofDesk = tickets === undefined ? 0 : await eraseTickets(tickets, { ids, texts: [customer.trim()] });
    const say = (line: string): void => void io.stdout.write(`${line}\n`);
    say(`Conversations erased: ${erased.conversations}; address taken out of others: ${erased.changedConversations}`);
    say(`Lines of the journal that no longer say whose they are: ${erased.effects}`);
    say(`Waiting mails deleted: ${erased.mails}; one-time codes: ${erased.codes}; tickets of our own desk: ${ofDesk}`);
    for (const { system, ticket, at } of erased.tickets) {
      if (system === "desk" && tickets !== undefined) continue;
      say(`To be erased by hand: ${system} ${ticket} (${at})`);
    }
    for (const { conversation, effect } of erased.postponed) {
      say(`Left alone, since something is under way: ${effect}, conversation ${conversation}. Run this again later.`);
    }
    let left = 0;
    for (const file of files) left += await bytesIn(file, customer.trim());
    if (files.length > 0) say(`Found of the address in the files of the database: ${left}`);
    else say('Now run "VACUUM FULL" on the database: until then its files hold old copies (docs/security.md).');
    if (erased.scrubbed === false) say("Old copies may be left: somebody was reading. Run this again.");
    say("Backups made before this still hold it until they expire.");
    return left > 0 || erased.postponed.length > 0 || erased.scrubbed === false ? 1 : 0;
  });
}
