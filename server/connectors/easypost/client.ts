/**
 * EasyPost's API (v2), as far as our tools need it: what any carrier says of a parcel, and claims on parcels that were
 * insured with EasyPost.
 * @see https://docs.easypost.com/docs/trackers
 * @see https://docs.easypost.com/docs/insurance/claims
 */
import { z } from "zod";
import { CallFailed } from "../failure.js";
import type { HttpCall } from "../http.js";

const text = z.string().nullish();

const Tracker = z.looseObject({
  tracking_code: z.string(),
  status: text,
  status_detail: text,
  signed_by: text,
  est_delivery_date: text,
  carrier: text,
  public_url: text,
  tracking_details: z
    .array(z.looseObject({ message: text, status: text, status_detail: text, datetime: text }))
    .nullish(),
});
export type EasyPostTracker = z.infer<typeof Tracker>;

const Claim = z.looseObject({ id: z.string(), status: text, reference: text });
const Claims = z.looseObject({ claims: z.array(Claim), has_more: z.boolean().nullish() });
export type EasyPostClaim = z.infer<typeof Claim>;

export interface NewClaim {
  readonly tracking_code: string;
  readonly type: "loss" | "damage" | "theft";
  /** Decimal text. */
  readonly amount: string;
  readonly description: string;
  readonly contact_email?: string;
  readonly recipient_name?: string;
  readonly payment_method: string;
  /** Ours. EasyPost takes it twice: it is looked for before. */
  readonly reference: string;
}

const MOST_PAGES = 10;

/**
 * Creating a tracker only reads: the same number within three months gives the tracker that is there, and costs nothing
 * more.
 *
 * @returns undefined when EasyPost cannot tell which carrier has such a number
 */
export async function track(
  http: HttpCall,
  trackingCode: string,
  carrier: string | undefined,
): Promise<EasyPostTracker | undefined> {
  const answer = await http.request({
    method: "POST",
    path: "/v2/trackers",
    json: { tracker: { tracking_code: trackingCode, ...(carrier === undefined ? {} : { carrier }) } },
    effect: false,
    schema: Tracker,
  });
  if (answer.ok) return answer.body;
  if (![400, 404, 422].includes(answer.status)) throw new CallFailed("unexpected_status", { cause: answer.status });
  // Shops have their own names for carriers; without one EasyPost finds out by itself.
  return carrier === undefined ? undefined : track(http, trackingCode, undefined);
}

export type Filed =
  | { readonly result: "ok"; readonly claim: EasyPostClaim }
  | { readonly result: "refused"; readonly reason: string };

export async function fileClaim(http: HttpCall, claim: NewClaim): Promise<Filed> {
  const answer = await http.request({ method: "POST", path: "/v2/claims", json: claim, schema: Claim });
  if (answer.ok) return { result: "ok", claim: answer.body };
  if (answer.status === 404) return { result: "refused", reason: "not_insured" };
  return { result: "refused", reason: reasonOf(answer.body) ?? `status ${answer.status}` };
}

/**
 * The claim with our reference, among those filed since a day.
 *
 * @returns undefined when there certainly is none
 */
export async function findClaim(http: HttpCall, reference: string, since: string): Promise<EasyPostClaim | undefined> {
  let before: string | undefined;
  for (let page = 1; page <= MOST_PAGES; page++) {
    const answer = await http.request({
      path: "/v2/claims",
      query: { page_size: 100, start_datetime: since, before_id: before },
      schema: Claims,
    });
    if (!answer.ok) throw new CallFailed("unexpected_status", { cause: answer.status });
    const { claims, has_more } = answer.body;
    const found = claims.find((claim) => claim.reference === reference);
    if (found !== undefined || has_more !== true) return found;
    before = claims.at(-1)?.id;
  }
  // More than can be looked through: whether it is there is not known.
  throw new CallFailed("oversized");
}

/** `errors` is a list of objects or of plain words, and `message` not always text: all seen in recorded answers. */
function reasonOf(body: unknown): string | undefined {
  const { error } = (body ?? {}) as { error?: { message?: unknown; code?: unknown; errors?: unknown } };
  const list = Array.isArray(error?.errors) ? error.errors : [];
  const told = list.map((each: unknown) => {
    if (typeof each === "string") return each;
    const { field, message } = (each ?? {}) as { field?: unknown; message?: unknown };
    return [field, message].filter((part) => typeof part === "string").join(": ");
  });
  const words = told.filter((each) => each !== "").join("; ");
  if (words !== "") return words;
  const single = typeof error?.message === "string" && error.message !== "" ? error.message : error?.code;
  return typeof single === "string" ? single : undefined;
}
