/** A balancer that passes bytes on and knows nothing of HTTP: all that two nodes need before them. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface Balancer {
  readonly url: string;
  /** Where new connections go from now on; without one they are turned away. */
  route(url: string | undefined): void;
  /** Ends all connections, as a balancer does that takes a node out. */
  cut(): void;
  close(): Promise<void>;
}

export async function startBalancer(): Promise<Balancer> {
  const open = new Set<Socket>();
  let target: URL | undefined;
  const server = createServer((client) => {
    if (target === undefined) return void client.destroy();
    const node = connect(Number(target.port), target.hostname);
    for (const [one, other] of [
      [client, node],
      [node, client],
    ] as const) {
      open.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    route: (url) => {
      target = url === undefined ? undefined : new URL(url);
    },
    cut,
    close: () => {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
