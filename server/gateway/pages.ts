import { readFile } from "node:fs/promises";
import { join } from "node:path";
import helmet from "@fastify/helmet";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import type { Origins } from "./origins.js";

export interface PagesOptions {
  /** The built widget: `loader.js`, `chat.html` and files whose names carry their hash. */
  readonly widget: string;
  readonly origins: Origins;
  /** The address by which browsers reach this server. */
  readonly publicUrl: () => string;
  /** Whether requests can be served; after start-up work and before stopping. */
  readonly isReady: () => boolean | Promise<boolean>;
}

/** `chat.Z4FMDEFP.js`: never changes under this name. */
const HASHED = /\.[A-Z0-9]{8}\.(?:js|css)(?:\.map)?$/;
const A_YEAR_S = 31_536_000;

/** The widget's files, the chat's page, and what a machine asks to know whether we are well. */
export async function servePages(app: FastifyInstance, options: PagesOptions): Promise<void> {
  const { widget, origins, publicUrl, isReady } = options;
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    // The loader and the chat are there to be used from the shop's origin.
    crossOriginResourcePolicy: { policy: "cross-origin" },
    // Same-origin requests carry the page's address, which older browsers' first polling request is known by.
    referrerPolicy: { policy: "same-origin" },
    strictTransportSecurity: publicUrl().startsWith("https:"),
  });
  app.addHook("onSend", async (_request, reply) => {
    reply.header("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()");
  });

  await app.register(fastifyStatic, {
    root: widget,
    prefix: "/widget/",
    cacheControl: false,
    preCompressed: true,
    allowedPath: (path) => /\.(?:js|css|map|svg|woff2)$/.test(path),
    setHeaders: (response, path) => {
      const name = path.replace(/\.(?:br|gz)$/, "");
      response.header(
        "cache-control",
        HASHED.test(name) ? `public, max-age=${A_YEAR_S}, immutable` : "public, max-age=300",
      );
      response.header("access-control-allow-origin", "*");
    },
  });

  // Who may frame it is said by frame-ancestors; X-Frame-Options cannot name several shops.
  const framed = { helmet: { contentSecurityPolicy: false, frameguard: false } } as const;
  app.get("/chat", framed, async (_request, reply) => {
    const page = await readFile(join(widget, "chat.html")).catch(() => undefined);
    if (page === undefined) {
      return reply.code(503).type("text/plain").send('The chat is not built yet: run "npm run build".');
    }
    return reply
      .header("content-security-policy", chatPolicy(origins.shops(), publicUrl()))
      .header("cache-control", "no-cache")
      .type("text/html; charset=utf-8")
      .send(page);
  });

  // Browsers ask for it when the chat is opened in a tab of its own.
  app.get("/favicon.ico", async (_request, reply) => reply.code(204).header("cache-control", "max-age=86400").send());
  app.get("/healthz", async (_request, reply) => reply.header("cache-control", "no-store").send({ status: "ok" }));
  app.get("/readyz", async (_request, reply) => {
    const ready = await isReady();
    reply.header("cache-control", "no-store").code(ready ? 200 : 503);
    return { status: ready ? "ready" : "not ready" };
  });
}

function chatPolicy(shops: readonly string[], publicUrl: string): string {
  // Safari before 15.4 does not count the socket as 'self'.
  const socket = new URL(publicUrl).origin.replace(/^http/, "ws");
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    `connect-src 'self' ${socket}`,
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors 'self' ${shops.join(" ")}`.trim(),
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}
