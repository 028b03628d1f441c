import { rmSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SHOP, startWorld, type World } from "./world.js";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.end());

const get = (path: string, init?: RequestInit) => fetch(`${world.gateway.url}${path}`, init);

/** Sends path and headers as they are written; `fetch` would tidy them up. */
function getAsWritten(path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { port } = world.gateway;
    request({ host: "127.0.0.1", port, path, headers }, (response) => resolve(response.resume()))
      .on("error", reject)
      .end();
  });
}

describe("the chat's page", () => {
  it("may be framed by the shop and nobody else, and runs only our own scripts", async () => {
    const response = await get("/chat");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "font-src 'self'",
      `connect-src 'self' ws://127.0.0.1:${world.gateway.port}`,
      "base-uri 'none'",
      "form-action 'none'",
      `frame-ancestors 'self' ${SHOP}`,
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
    expect(response.headers.get("x-frame-options")).toBeNull();
    expect(response.headers.get("cache-control")).toBe("no-cache");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("permissions-policy")).toContain("camera=()");
  });

  it("says what to do when it is not built", async () => {
    rmSync(join(world.widget, "chat.html"));
    const response = await get("/chat");
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("npm run build");
  });
});

describe("the widget's files", () => {
  it("are kept for ever under names with a hash, and for five minutes under others", async () => {
    const hashed = await get("/widget/chat.Z4FMDEFP.js");
    expect(hashed.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(hashed.headers.get("content-type")).toMatch(/javascript/);
    const loader = await get("/widget/loader.js");
    expect(await loader.text()).toBe("/* loader */");
    expect(loader.headers.get("cache-control")).toBe("public, max-age=300");
    const etag = loader.headers.get("etag") ?? "";
    expect((await getAsWritten("/widget/loader.js", { "if-none-match": etag })).statusCode).toBe(304);
  });

  it("may be loaded by the shop's page, with its integrity checked", async () => {
    const { headers } = await get("/widget/loader.js");
    expect(headers.get("cross-origin-resource-policy")).toBe("cross-origin");
    expect(headers.get("access-control-allow-origin")).toBe("*");
  });

  it("are sent pressed where a pressed copy lies beside them", async () => {
    const encoding = async (accepted: string) =>
      (await getAsWritten("/widget/chat.Z4FMDEFP.js", { "accept-encoding": accepted })).headers["content-encoding"];
    expect(await encoding("gzip")).toBe("gzip");
    expect(await encoding("identity")).toBeUndefined();
  });

  it.each([
    "/widget/../aftersale.db",
    "/widget/..%2faftersale.db",
    "/widget/%2e%2e/aftersale.db",
    "/widget/..%5c..%5caftersale.db",
    "/widget/manifest.json",
    "/widget/chat.html",
    "/widget/",
    "/widget/none.js",
    "/aftersale.db",
    "/.env",
    "/",
    "//etc/passwd",
    "/%00",
    `/${"a".repeat(5_000)}`,
  ])("are all there is: not %s", async (path) => {
    expect([400, 403, 404, 414]).toContain((await getAsWritten(path)).statusCode);
  });
});

describe("every answer", () => {
  it("is locked down and tells nothing of what runs here", async () => {
    for (const path of ["/nothing", "/healthz", "/widget/loader.js"]) {
      const { headers } = await get(path);
      expect(headers.get("content-security-policy")).toBe("default-src 'none';frame-ancestors 'none'");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("x-powered-by")).toBeNull();
      expect(headers.get("server")).toBeNull();
      expect(headers.get("strict-transport-security")).toBeNull();
    }
  });

  it("asks for https where the shop is reached by it", async () => {
    const other = await startWorld({ publicUrl: "https://chat.shop.example" });
    try {
      expect(other.gateway.url).toBe("https://chat.shop.example");
      const { headers } = await fetch(`http://127.0.0.1:${other.gateway.port}/chat`);
      expect(headers.get("strict-transport-security")).toMatch(/max-age=\d{8}/);
      expect(headers.get("content-security-policy")).toContain("connect-src 'self' wss://chat.shop.example;");
    } finally {
      await other.end();
    }
  });

  it("is short and plain when something goes wrong inside", async () => {
    const other = await startWorld({
      routes: (app) => {
        app.get("/broken", async () => {
          throw new Error("password is hunter2");
        });
      },
    });
    try {
      const response = await fetch(`${other.gateway.url}/broken`);
      expect(response.status).toBe(500);
      expect(await response.json()).toEqual({ status: 500, message: "Try again later." });
      expect(other.logged).toMatchObject([{ level: "error", message: "a request failed" }]);
    } finally {
      await other.end();
    }
  });

  it("is a refusal for a body that is too large", async () => {
    const body = "x".repeat(200_000);
    const response = await get("/chat", { method: "POST", body });
    expect([404, 413]).toContain(response.status);
  });
});

describe("health", () => {
  it("is good while the process lives; readiness only while it can serve", async () => {
    expect(await (await get("/healthz")).json()).toEqual({ status: "ok" });
    expect((await get("/readyz")).status).toBe(200);
    let ready = false;
    const other = await startWorld({ isReady: () => ready });
    try {
      const ask = async () => (await fetch(`${other.gateway.url}/readyz`)).status;
      expect(await ask()).toBe(503);
      ready = true;
      expect(await ask()).toBe(200);
    } finally {
      await other.end();
    }
  });
});
