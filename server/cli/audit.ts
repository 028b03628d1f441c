/** `aftersale audit`: what was done, and whether anybody has changed what is written about it. */
import { appendAudit, latestAudit, verifyAudit } from "../store/index.js";
import { type DataOptions, withData } from "./data.js";

export interface VerifyOptions extends DataOptions {
  /** `N:HASH`, as this printed it earlier. */
  readonly head?: { readonly n: number; readonly hash: string };
}

/** @returns 0 when the chain is whole, 1 when it is broken */
export async function verify({ head: noted, ...where }: VerifyOptions, io = process): Promise<number> {
  return withData(where, async ({ store }) => {
    const { rows, head, broken } = await store.read((tx) => verifyAudit(tx, noted));
    if (broken !== undefined) {
      io.stdout.write(`Broken at row ${broken.n}: ${broken.why}. Rows 1 to ${rows} are as they were written.\n`);
      return 1;
    }
    io.stdout.write(`In order: ${rows} rows. Note this somewhere else: ${head.n}:${head.hash}\n`);
    return 0;
  });
}

export interface ListOptions extends DataOptions {
  readonly last: number;
}

/** One JSON object a line, the oldest first. That it was looked at is written down, too. */
export async function list({ last, ...where }: ListOptions, io = process): Promise<number> {
  return withData(where, async ({ store, by }) => {
    const rows = await store.write(async (tx) => {
      const latest = await latestAudit(tx, last);
      await appendAudit(tx, { at: Date.now(), kind: "read", body: { by, what: "audit", rows: latest.length } });
      return latest;
    });
    for (const { n, at, kind, body } of rows.toReversed()) {
      io.stdout.write(`${JSON.stringify({ n, at: new Date(at).toISOString(), kind, ...body })}\n`);
    }
    return 0;
  });
}
