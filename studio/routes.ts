import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { WebApp } from "../server/gateway/index.js";
import type { StudioData } from "./data.js";

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const TYPES: Readonly<Record<string, string>> = { html: "text/html", js: "text/javascript", css: "text/css" };

/** As much of the server's reply as is needed here. */
interface Reply {
  code(status: number): Reply;
  header(name: string, value: string): Reply;
  type(kind: string): Reply;
  send(body: unknown): unknown;
}

export interface StudioRoutes {
  /** Asked at each request, so that the page shows what is in force now. */
  data(): StudioData | Promise<StudioData>;
  /** The folder that `buildStudio` filled. */
  readonly built?: string;
}

/**
 * `GET /studio`, its files, and `GET /studio/data.json`, for the gateway's `routes`. It shows rules and policies, no personal data; who may
 * see it is decided before it (it is meant for the merchant's own network, or behind a sign-in).
 */
export function studioRoutes({ data, built = fileURLToPath(new URL("./built/", import.meta.url)) }: StudioRoutes) {
  return async (app: WebApp): Promise<void> => {
    app.get("/studio/data.json", async (_request, reply) =>
      reply.header("cache-control", "no-store").send(await data()),
    );
    app.get<{ Params: { "*"?: string } }>("/studio/*", async (request, reply) =>
      send(request.params["*"] ?? "", reply),
    );
    app.get("/studio", async (_request, reply) => send("index.html", reply));

    async function send(name: string, reply: Reply) {
      // Only names that the build made: nothing of the address ever becomes a path.
      const file = (await readdir(built).catch(() => [])).find((one) => one === (name === "" ? "index.html" : name));
      if (file === undefined) return reply.code(404).send({ status: 404, message: "Nothing is here." });
      const type = TYPES[file.slice(file.lastIndexOf(".") + 1)] ?? "application/octet-stream";
      return reply
        .header("content-security-policy", POLICY)
        .header("cache-control", "no-cache")
        .type(`${type}; charset=utf-8`)
        .send(await readFile(join(built, file)));
    }
  };
}
