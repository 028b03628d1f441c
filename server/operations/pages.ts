/** `/healthz`, `/readyz` with its reasons, and `/metrics`, for machines of the shop's own; never open to the world. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Metrics } from "./metrics.js";
import type { Readiness } from "./readiness.js";

export interface PagesOptions {
  readonly metrics: Pick<Metrics, "text" | "contentType">;
  readonly readiness: Pick<Readiness, "check">;
  /** Asked for as `Authorization: Bearer …`. Without one everybody who reaches the page may read it. */
  readonly token?: string | undefined;
}

export interface OperationsPages {
  /** The pages that are guarded by the token. */
  readonly paths: readonly string[];
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

export function createOperationsPages({ metrics, readiness, token }: PagesOptions): OperationsPages {
  const pages: Readonly<Record<string, () => Promise<Answer>>> = {
    "/metrics": async () => ({ status: 200, type: metrics.contentType, body: await metrics.text() }),
    "/readyz/parts": async () => {
      const parts = await readiness.check();
      const ready = parts.every((part) => part.ready);
      return json(ready ? 200 : 503, { status: ready ? "ready" : "not ready", parts });
    },
  };
  return {
    paths: Object.keys(pages),
    async answer(request, response) {
      const page = pages[(request.url ?? "").split("?", 1)[0] ?? ""];
      if (page === undefined) return send(response, json(404, { status: 404, message: "Nothing is here." }));
      if (request.method !== "GET" && request.method !== "HEAD")
        return send(response, json(405, { status: 405, message: "Only GET is answered here." }));
      if (token !== undefined && !isBearer(request.headers.authorization, token)) {
        response.setHeader("www-authenticate", 'Bearer realm="operations"');
        return send(response, json(401, { status: 401, message: "Send the token as a bearer." }));
      }
      try {
        send(response, await page());
      } catch {
        send(response, json(500, { status: 500, message: "This could not be measured just now." }));
      }
    },
  };
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

function json(status: number, body: unknown): Answer {
  return { status, type: "application/json; charset=utf-8", body: JSON.stringify(body) };
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}

/** Compared as digests: how much of a guess is right cannot be told from the time that the answer takes. */
function isBearer(header: string | undefined, token: string): boolean {
  const given = /^bearer +(.+)$/i.exec(header ?? "")?.[1] ?? "";
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
