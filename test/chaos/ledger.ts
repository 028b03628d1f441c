/** What the vendors' simulators have written down, as the effects that the journal knows. */
import type { CapabilityName } from "../../server/connectors/index.js";
import type { Disk } from "../simulation/disk.js";
import type { Unauthorised } from "../simulation/invariants.js";
import type { Done } from "../simulation/vendors.js";

export type VendorLedger = Readonly<
  Record<string, Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> | undefined>
>;

interface Row {
  readonly key: string;
  readonly capability: string;
  readonly arguments: string;
  readonly status: string;
}

/** Which capability a page of the ledger belongs to, and what in a record says what it is about. */
const PAGES: Readonly<Record<string, { capability: CapabilityName; about: string; argument: string }>> = {
  refunds: { capability: "issue_refund", about: "order", argument: "order_id" },
  cancellations: { capability: "cancel_order", about: "order", argument: "order_id" },
  skips: { capability: "skip_shipment", about: "subscription", argument: "subscription_id" },
  tickets: { capability: "handoff", about: "handoff", argument: "handoff_id" },
};

export function ledgerOf(
  ledger: VendorLedger,
  disk: Pick<Disk, "rows">,
): { ledger: Done[]; unauthorised: Unauthorised[] } {
  const rows = disk.rows<Row>("select key, capability, arguments, status from effect order by created_at, key");
  const done: Done[] = [];
  const unauthorised: Unauthorised[] = [];
  const taken = new Set<string>();
  for (const pages of Object.values(ledger))
    for (const [page, records] of Object.entries(pages ?? {})) {
      const known = PAGES[page];
      if (known === undefined) continue;
      // A skip that was taken back stands there with a mark: two things have happened.
      const happened = records.flatMap((record) =>
        record.undone === true
          ? [
              { record, capability: known.capability },
              { record, capability: "unskip_shipment" as const },
            ]
          : [{ record, capability: known.capability }],
      );
      for (const { record, capability } of happened) {
        const { about, argument } = known;
        const value = String(record[about]);
        const fits = rows.filter(
          (row) =>
            row.capability === capability &&
            String((JSON.parse(row.arguments) as Record<string, unknown>)[argument]) === value,
        );
        // The line that says it was done; else any line, and the invariants say what is wrong with it.
        const row =
          fits.find(({ key, status }) => status === "done" && !taken.has(key)) ??
          fits.find(({ key }) => !taken.has(key)) ??
          fits[0];
        const key = row?.key ?? `nobody's ${capability} of ${value}`;
        if (row === undefined) unauthorised.push({ key, capability });
        taken.add(key);
        done.push({ key, capability, args: { [argument]: value }, at: 0, outcome: { result: "ok", value: null } });
      }
    }
  return { ledger: done, unauthorised };
}
