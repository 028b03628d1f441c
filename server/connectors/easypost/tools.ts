import type { Tracking } from "../capabilities.js";
import type { Tool, ToolOutcome } from "../connector.js";
import { ok } from "../connector.js";
import type { Http } from "../http.js";
import { referenceOf } from "../reference.js";
import { defineTool } from "../tool.js";
import { decimalOf, known, statusWord, timeOf } from "../values.js";
import { type EasyPostClaim, type EasyPostTracker, fileClaim, findClaim, track } from "./client.js";

export interface EasyPostToolOptions {
  /** Whom the insurer writes to; the shopper where left out. */
  readonly contactEmail: string | undefined;
  readonly paymentMethod: string;
  /** Of insured amounts, which EasyPost gives without one. */
  readonly currency: string;
  readonly now: () => number;
}

/** A claim looked for was filed by us lately; older ones cannot be the answer to an open question. */
const CLAIM_DAYS = 60;

export function easyPostTools(http: Http, options: EasyPostToolOptions): Tool[] {
  const system = "easypost";
  const since = () => new Date(options.now() - CLAIM_DAYS * 86_400_000).toISOString();
  return [
    defineTool(http, {
      name: "get_tracking_info",
      capability: "get_tracking",
      system,
      async run({ tracking_number, carrier }, call) {
        const code = codeOf(tracking_number);
        const tracker = code && (await track(call, code, carrier ?? undefined));
        return tracker ? ok(trackingOf(tracker)) : { result: "not_found" };
      },
    }),
    defineTool(http, {
      name: "file_carrier_claim",
      capability: "file_claim",
      system,
      async run({ order_id, tracking_number, type, amount, description, email, name }, call, tool) {
        const code = codeOf(tracking_number);
        if (code === undefined) return { result: "refused", reason: "no_tracking_number" };
        if (amount.currency !== options.currency) return { result: "refused", reason: "currency_not_insured" };
        const reference = referenceOf(tool, order_id);
        const before = await findClaim(call, reference, since());
        if (before !== undefined) return filed(before);
        const made = await fileClaim(
          call,
          known({
            tracking_code: code,
            type,
            amount: decimalOf(amount),
            description,
            contact_email: options.contactEmail ?? email ?? undefined,
            recipient_name: name ?? undefined,
            payment_method: options.paymentMethod,
            reference,
          }),
        );
        if (made.result === "ok") return filed(made.claim);
        if (made.reason === "not_insured") return made;
        // What is refused because it is there already is done.
        const there = await findClaim(call, reference, since());
        return there === undefined ? made : filed(there);
      },
      async readBack({ order_id }, call, tool) {
        const claim = await findClaim(call, referenceOf(tool, order_id), since());
        return claim === undefined ? { result: "not_found" } : filed(claim);
      },
    }),
  ];
}

function filed({ id, status }: EasyPostClaim): ToolOutcome<{ id: string; status?: string | null }> {
  return ok(known({ id, status }), `EasyPost claim ${id}`);
}

/** Labels print numbers in groups. */
function codeOf(trackingNumber: string | null | undefined): string | undefined {
  const code = trackingNumber?.replace(/\s+/g, "");
  return code === "" ? undefined : code;
}

const SAYS_NOTHING = ["unknown", "error"];

function trackingOf(tracker: EasyPostTracker): Tracking {
  const { tracking_code, status_detail, signed_by, carrier, est_delivery_date, public_url } = tracker;
  const status = tracker.status?.trim() ? statusWord(tracker.status) : undefined;
  const scans = (tracker.tracking_details ?? [])
    .flatMap(({ datetime, message, status: word }) => {
      const at = timeOf(datetime);
      return typeof at === "string" ? [{ at, message, word }] : [];
    })
    .sort((one, other) => one.at.localeCompare(other.at));
  const last = scans.at(-1);
  return known({
    tracking_number: tracking_code,
    status,
    status_detail: status_detail?.trim() ? statusWord(status_detail) : undefined,
    carrier,
    estimated_delivery: timeOf(est_delivery_date),
    delivered_at: deliveredAt(status, scans.findLast(({ word }) => word === "delivered")?.at),
    last_scan_at: last?.at,
    last_scan: last?.message,
    signed_by,
    url: public_url,
  });
}

/** Delivered without a day is unknown; on its way is known not to be delivered. */
function deliveredAt(status: string | undefined, at: string | undefined): string | null | undefined {
  if (status === undefined || SAYS_NOTHING.includes(status)) return undefined;
  return status === "delivered" ? at : null;
}
