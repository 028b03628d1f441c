import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { OperationsPages } from "./pages.js";

export interface OperationsServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * A port of its own, which nobody outside of the machine (or its private network) can reach. `/healthz` is answered here
 * too, without a token: a supervisor needs no secret to ask whether the process lives.
 */
export async function startOperationsServer(options: {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly pages: OperationsPages;
}): Promise<OperationsServer> {
  const { host, port, pages } = options;
  const server = createServer((request, response) => {
    if (request.url === "/healthz") {
      response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
      response.end('{"status":"ok"}');
      return;
    }
    void pages.answer(request, response);
  });
  server.requestTimeout = 5_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
