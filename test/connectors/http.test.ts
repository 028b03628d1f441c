import { createServer, type Server } from "node:http";
import type { AddressInfo, LookupFunction } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
// The one part of this room that is tested behind its door: no connector lets a test choose how names resolve.
import { isPrivateAddress } from "../../server/connectors/addresses.js";
import { CallFailed } from "../../server/connectors/failure.js";
import { createHttp, type Http } from "../../server/connectors/http.js";
import { parseRetryAfter } from "../../server/connectors/http-answers.js";
import { checkBaseUrl, createGladly, createShipMonk, DEFAULT_TIMINGS } from "../../server/connectors/index.js";
import { createTransport } from "../../server/connectors/transport.js";
import { FAST } from "./contract.js";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** A server that counts who comes, and answers as told. */
async function listen(
  answer: (hit: number) => { status: number; body?: string; headers?: Record<string, string> } | "hang",
): Promise<{ url: string; port: number; hits: () => number; connections: () => number; agents: string[] }> {
  let hits = 0;
  let connections = 0;
  const agents: string[] = [];
  const server: Server = createServer((request, response) => {
    agents.push(request.headers["user-agent"] ?? "");
    const what = answer(++hits);
    if (what !== "hang") response.writeHead(what.status, what.headers).end(what.body ?? "{}");
  });
  server.on("connection", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push({
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, hits: () => hits, connections: () => connections, agents };
}

function client(baseUrl: string, options: Partial<Parameters<typeof createHttp>[0]> = {}): Http {
  const http = createHttp({ system: "test", baseUrl, timings: FAST, ...options });
  open.push(http);
  return http;
}

async function reasonOf(http: Http, effect = false): Promise<string> {
  try {
    await http.begin({ tool: "t", capability: "c" }).request({ path: "/x", method: effect ? "POST" : "GET", json: {} });
    return "answered";
  } catch (error) {
    if (error instanceof CallFailed) return error.outcomeUnknown ? `${error.reason}?` : error.reason;
    throw error;
  }
}

describe("a base URL that leads into a private network", () => {
  const spellings = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "017700000001",
    "2130706433",
    "127.0.0.1.",
    "127。0。0。1",
    "①②⑦.0.0.1",
    "%31%32%37.0.0.1",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "0.0.0.0",
    "0",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::1]",
    "[2002:7f00:1::]",
    "[2001:0:0:0:0:0:80ff:fffe]",
    "[fe80::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[ff02::1]",
    "[2001:db8::1]",
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "169.254.169.254",
    "2852039166",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
  ];

  test.each(spellings)("%s is never connected to", async (host) => {
    const listener = await listen(() => ({ status: 200 }));
    // Below the check of the base URL, which already refuses most of them: this is about the connection itself. A name
    // that does not resolve here is no connection either.
    const transport = createTransport({ timings: { ...DEFAULT_TIMINGS, ...FAST }, allowPrivate: false });
    open.push(transport);
    for (const scheme of ["http", "https"]) {
      const url = new URL(`${scheme}://${host}:${listener.port}/x`);
      const sent = transport.send(
        { method: "GET", url, headers: {}, effect: false, once: false },
        AbortSignal.timeout(2_000),
      );
      await expect(sent).rejects.toMatchObject({ reason: expect.stringMatching(/^(blocked_address|connection)$/) });
    }
    expect(listener.connections()).toBe(0);
  });

  test.each([
    "http://shop.example.com",
    "ftp://shop.example.com",
    "file:///etc/passwd",
    "https://user:secret@shop.example.com",
    "https://shop.example.com:8443",
    "https://10.0.0.1",
    "https://[::1]",
    "shop.example.com",
    "",
  ])("%s is refused as a base URL, with a sentence that says what to write", async (url) => {
    expect(checkBaseUrl(url)).toMatch(/\. [A-Z].*\.$|\.$/);
    expect(await reasonOf(client(url))).toBe("bad_base_url");
  });

  test("a public https address is accepted", () => {
    expect(checkBaseUrl("https://shop.example.com/store")).toBeUndefined();
    expect(checkBaseUrl("https://8.8.8.8")).toBeUndefined();
  });

  test("one private address among several is enough to refuse a name", async () => {
    const lookup = ((_host, options, callback) => {
      const both = [
        { address: "93.184.215.14", family: 4 },
        { address: "127.0.0.1", family: 4 },
      ];
      if (options.all === true) callback(null, both);
      else callback(null, "93.184.215.14", 4);
    }) as LookupFunction;
    expect(await reasonOf(client("https://shop.example.com", { lookup }))).toBe("blocked_address");
  });

  test("a name that turns private between two calls is refused at the second: each connection is checked", async () => {
    let asked = 0;
    const lookup = ((_host, _options, callback) => {
      asked++;
      callback(null, [{ address: "10.0.0.1", family: 4 }] as never);
    }) as LookupFunction;
    const http = client("https://shop.example.com", { lookup });
    expect(await reasonOf(http)).toBe("blocked_address");
    expect(await reasonOf(http)).toBe("blocked_address");
    expect(asked).toBe(2);
  });

  test.each(["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"])(
    "%s is public",
    (address) => {
      expect(isPrivateAddress(address)).toBe(false);
    },
  );

  test("a redirect to a private address is not followed", async () => {
    const inner = await listen(() => ({ status: 200 }));
    const outer = await listen(() => ({ status: 302, headers: { location: inner.url } }));
    expect(await reasonOf(client(outer.url, { allowPrivate: true }))).toBe("redirect");
    expect(inner.connections()).toBe(0);
  });
});

describe("one call", () => {
  test("says in its user agent which tool asks, for which capability", async () => {
    const server = await listen(() => ({ status: 200 }));
    await reasonOf(client(server.url, { allowPrivate: true }));
    expect(server.agents[0]).toMatch(/^Aftersale\/\d+\.\d+\.\d+ \(t; c\)$/);
  });

  test("a reading call is tried three times, a changing one once", async () => {
    const server = await listen(() => ({ status: 502 }));
    const http = client(server.url, { allowPrivate: true });
    expect(await reasonOf(http)).toBe("vendor_error");
    expect(server.hits()).toBe(3);
    expect(await reasonOf(http, true)).toBe("vendor_error?");
    expect(server.hits()).toBe(4);
  });

  test.each([400, 404, 409, 422])("status %i is an answer and is not retried", async (status) => {
    const server = await listen(() => ({ status, body: '{"message":"no"}' }));
    const http = client(server.url, { allowPrivate: true });
    const answer = await http.begin({ tool: "t", capability: "c" }).request({ path: "/x" });
    expect(answer).toMatchObject({ ok: false, status, body: { message: "no" } });
    expect(server.hits()).toBe(1);
  });

  test("all tries together end at the deadline", async () => {
    const server = await listen(() => "hang");
    const http = client(server.url, { allowPrivate: true, timings: { ...FAST, readMs: 400, deadlineMs: 500 } });
    const started = performance.now();
    expect(await reasonOf(http)).toBe("timeout");
    expect(performance.now() - started).toBeLessThan(900);
  });

  test("nothing listens: unavailable, also for a change, since nothing was sent", async () => {
    const server = await listen(() => ({ status: 200 }));
    await open.splice(0)[0]?.close();
    expect(await reasonOf(client(server.url, { allowPrivate: true }), true)).toBe("connection");
  });

  test("a vendor's wish to wait is honoured when it is short", async () => {
    const server = await listen((hit) =>
      hit === 1 ? { status: 429, headers: { "retry-after": "0.04" } } : { status: 200 },
    );
    const started = performance.now();
    expect(await reasonOf(client(server.url, { allowPrivate: true }))).toBe("answered");
    expect(performance.now() - started).toBeGreaterThanOrEqual(39);
    expect(server.hits()).toBe(2);
  });

  test("neither a secret nor a body is in what a failure says", async () => {
    const server = await listen(() => ({ status: 200, body: '{"secret": "hunter2" oops' }));
    const http = client(server.url, { allowPrivate: true, authorize: () => ({ authorization: "Bearer hunter3" }) });
    const { z } = await import("zod");
    const failure = await http
      .begin({ tool: "t", capability: "c" })
      .request({ path: "/x", schema: z.object({}) })
      .catch((error: unknown) => error);
    const { inspect } = await import("node:util");
    expect(inspect(failure, { depth: 9 })).not.toContain("hunter");
  });
});

test.each([
  ["2", 2_000],
  ["0.5", 500],
  ["Tue, 10 Mar 2026 12:00:30 GMT", 30_000],
  ["Tue, 10 Mar 2026 11:00:00 GMT", 0],
  ["soon", undefined],
  ["", undefined],
  [undefined, undefined],
])("Retry-After %s means %s ms", (header, ms) => {
  expect(parseRetryAfter(header, Date.parse("2026-03-10T12:00:00Z"))).toBe(ms);
});

describe("a vendor in trouble", () => {
  test("is left alone after failing more than half of twenty calls, and tried again later", async () => {
    let healthy = false;
    const server = await listen(() => ({ status: healthy ? 200 : 500 }));
    const http = client(server.url, { allowPrivate: true, timings: { ...FAST, tries: 1, breakerOpenMs: 60 } });
    for (let call = 0; call < 21; call++) await reasonOf(http);
    const before = server.hits();
    expect(await reasonOf(http)).toBe("circuit_open");
    expect(server.hits()).toBe(before);
    healthy = true;
    await expect.poll(() => reasonOf(http), { interval: 20 }).toBe("answered");
  });

  test("refused credentials and refused orders do not open the breaker: the vendor is well", async () => {
    const server = await listen(() => ({ status: 401 }));
    const http = client(server.url, { allowPrivate: true });
    for (let call = 0; call < 40; call++) expect(await reasonOf(http)).toBe("auth");
    expect(server.hits()).toBe(40);
  });

  test("takes at most ten calls at once; who cannot even wait is told at once", async () => {
    const server = await listen(() => "hang");
    const http = client(server.url, {
      allowPrivate: true,
      timings: { ...FAST, tries: 1, readMs: 200, deadlineMs: 200 },
    });
    const reasons = await Promise.all(Array.from({ length: 70 }, () => reasonOf(http)));
    expect(server.connections()).toBeLessThanOrEqual(20);
    expect(reasons.filter((reason) => reason === "too_busy").length).toBeGreaterThanOrEqual(10);
    expect(reasons).not.toContain("answered");
  });

  test("retries never add more than ten calls and a tenth to what was asked", async () => {
    const server = await listen(() => ({ status: 500 }));
    const http = client(server.url, {
      allowPrivate: true,
      timings: { ...FAST, breakerCalls: 10_000 },
    });
    for (let call = 0; call < 60; call++) await reasonOf(http);
    expect(server.hits()).toBeLessThanOrEqual(60 + 10 + 6);
  });

  test("does not slow its neighbours", async () => {
    const dead = await listen(() => "hang");
    const well = await listen(() => ({
      status: 200,
      body: '{"status":200,"data":{"order_key":"1","order_number":"1"}}',
    }));
    const common = { apiKey: "k", allowPrivate: true, http: FAST };
    const gladly = createGladly({ ...common, baseUrl: dead.url, agentEmail: "a@b.c", inboxId: "i" });
    const shipmonk = createShipMonk({ ...common, baseUrl: well.url });
    open.push(gladly, shipmonk);
    const details = shipmonk.tools.find(({ capability }) => capability === "get_order");
    const timeOne = async () => {
      const started = performance.now();
      expect(await details?.run({ order_id: "1" } as never, {})).toMatchObject({ result: "ok" });
      return performance.now() - started;
    };
    await timeOne();
    const handoffs = Array.from({ length: 60 }, (_, at) =>
      gladly.tools[0]?.run({ handoff_id: `${at}`, customer: { email: "a@b.c" } } as never, {}),
    );
    const times: number[] = [];
    for (let call = 0; call < 20; call++) times.push(await timeOne());
    expect(times.sort((one, other) => one - other)[18]).toBeLessThan(100);
    await Promise.all(handoffs);
  });
});
