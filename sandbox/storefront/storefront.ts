import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { transform } from "esbuild";
import type { Mailbox } from "../mailbox.js";
import type { World, WorldCustomer } from "../world/index.js";
import { customersPage } from "./customers-page.js";
import type { Frame } from "./layout.js";
import { mailboxPage } from "./mailbox-page.js";
import { shopPage } from "./shop-page.js";

export interface StorefrontOptions {
  /** 0 for any free one. */
  readonly port: number;
  readonly host: string;
  /** Origin of the chat server. A function is asked at each request, because that server may start later. */
  readonly chatUrl: string | (() => string);
  readonly mailbox: Pick<Mailbox, "messages" | "onMessage">;
  readonly customers: readonly WorldCustomer[];
  /** The storefront's signed word for who somebody is, as a merchant's own server would make it. */
  signToken(email: string, name: string | undefined): string | Promise<string>;
  /** Where given, the customers' page says what each one's orders show. */
  readonly world?: Pick<World, "ordersOf" | "subscriptionsOf" | "clock">;
}

export interface Storefront {
  readonly url: string;
  close(): Promise<void>;
}

const COOKIE = "demo_customer";
const MAX_FORM_BYTES = 2_000;

/** @throws when the port is taken */
export async function startStorefront(options: StorefrontOptions): Promise<Storefront> {
  const { mailbox, customers, signToken, world } = options;
  const chatUrl = (host = ""): string => {
    const url = typeof options.chatUrl === "function" ? options.chatUrl() : options.chatUrl;
    // Shop and chat must be one site, or browsers that block third-party storage forget the conversation.
    return host.startsWith("localhost:") ? url.replace("//127.0.0.1:", "//localhost:") : url;
  };
  const files = await readFiles();

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", "http://shop");
    const who = customers.find(({ email }) => email === cookieOf(request));
    const chat = chatUrl(request.headers.host);
    const frame: Frame = { chatUrl: chat, customers, who };
    const page = (html: string) => send(response, "text/html; charset=utf-8", html, chat);
    const file = files.get(pathname);
    if (file !== undefined) return send(response, file.type, file.body, chat);
    switch (`${request.method} ${pathname}`) {
      case "GET /":
        return page(shopPage(frame));
      case "GET /customers":
        return page(customersPage(frame, world));
      case "GET /mailbox":
        return page(mailboxPage(frame, mailbox.messages));
      case "GET /mailbox/events":
        return streamMail(request, response);
      case "GET /token":
        return send(
          response,
          "application/json",
          JSON.stringify({ token: who === undefined ? null : await signToken(who.email, who.name) }),
          chat,
        );
      case "POST /sign-in": {
        const form = new URLSearchParams(await bodyOf(request));
        const email = customers.find((customer) => customer.email === form.get("email"))?.email ?? "";
        response.writeHead(303, {
          // The page that the form stood on, never an address from outside.
          location: form.get("chat") === "yes" ? "/#chat" : "/",
          "set-cookie": `${COOKIE}=${encodeURIComponent(email)}; Path=/; HttpOnly; SameSite=Lax`,
        });
        response.end();
        return;
      }
      default:
        response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end("There is no such page.");
    }
  }

  function streamMail(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(": open\n\n");
    const stop = mailbox.onMessage((message) => response.write(`data: ${JSON.stringify(message)}\n\n`));
    request.once("close", stop);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
      response.end("The demo shop stumbled over this page.");
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host === "0.0.0.0" ? "127.0.0.1" : options.host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Styles and scripts; the scripts are TypeScript, and small enough to be turned into JavaScript at each start. */
async function readFiles(): Promise<Map<string, { type: string; body: string }>> {
  const folder = new URL("./browser/", import.meta.url);
  const files = new Map<string, { type: string; body: string }>();
  for (const name of ["shop", "mailbox"]) {
    const source = await readFile(new URL(`${name}.ts`, folder), "utf8");
    const { code } = await transform(source, { loader: "ts", target: "es2021", format: "iife" });
    files.set(`/${name}.js`, { type: "text/javascript; charset=utf-8", body: code });
  }
  const style = await readFile(new URL("shop.css", folder), "utf8");
  files.set("/shop.css", { type: "text/css; charset=utf-8", body: style });
  return files;
}

function send(response: ServerResponse, type: string, body: string, chat: string): void {
  response.writeHead(200, {
    "content-type": type,
    "cache-control": "no-store",
    "content-security-policy": [
      "default-src 'none'",
      `script-src 'self' ${chat}`,
      "style-src 'self'",
      "img-src 'self' data:",
      "connect-src 'self'",
      `frame-src ${chat}`,
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
  });
  response.end(body);
}

function cookieOf(request: IncomingMessage): string | undefined {
  const found = request.headers.cookie?.split("; ").find((one) => one.startsWith(`${COOKIE}=`));
  try {
    return found && decodeURIComponent(found.slice(COOKIE.length + 1));
  } catch {
    return undefined;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > MAX_FORM_BYTES) throw new Error("The form is too large.");
  }
  return body;
}
