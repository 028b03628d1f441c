/** The studio and other pages for the shop's own people: nothing of them is told to anybody else. */
import { afterEach, expect, it } from "vitest";
import { behindSignIn } from "../../server/gateway/index.js";
import { systemPorts } from "../../server/ports/index.js";
import { startWorld, type World } from "./world.js";

const TOKEN = "a-password-of-the-shop";
let world: World;
afterEach(() => world?.end());

interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

async function start(token: string | undefined, now: () => number = Date.now) {
  world = await startWorld({
    routes: behindSignIn(
      (app) => {
        app.get("/studio", async () => "the rules");
        app.get("/studio/*", async () => "the rules");
        app.post("/studio/draft", async () => "kept");
      },
      {
        ...(token !== undefined && { token }),
        realm: "Aftersale studio",
        log: (event) => void world?.logged.push(event),
        clock: { ...systemPorts.clock, now },
      },
    ),
  });
  return async ({ path = "/studio", method = "GET", headers = {} }: Asked = {}) => {
    const answer = await fetch(`${world.gateway.url}${path}`, { method, headers });
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString("base64")}` });

it("opens with the password, as a bearer or in the browser's own form, under any user name", async () => {
  const ask = await start(TOKEN);
  for (const headers of [bearer(TOKEN), basic(`:${TOKEN}`), basic(`ann:${TOKEN}`)]) {
    expect(await ask({ headers })).toMatchObject({ status: 200, text: "the rules" });
  }
});

it.each<[string, Record<string, string>]>([
  ["nothing", {}],
  ["a wrong password", basic("ann:nearly-the-password")],
  ["a wrong token", bearer(`${TOKEN}x`)],
  ["a token with a blank in it", bearer(`${TOKEN} x`)],
  ["an empty password", basic("ann:")],
  ["the password as a user name", basic(`${TOKEN}:`)],
  ["another scheme", { authorization: `Digest ${TOKEN}` }],
  ["a megabyte", bearer("x".repeat(8_000))],
])("stays shut for %s, and asks", async (_, headers) => {
  const ask = await start(TOKEN);
  const answer = await ask({ headers });
  expect(answer.status).toBe(401);
  expect(answer.text).not.toContain("rules");
  expect(answer.headers.get("www-authenticate")).toContain('Basic realm="Aftersale studio"');
});

it.each(["/studio", "/studio/", "/studio/data.json", "/%73tudio", "/studio/%2e%2e/studio", "/STUDIO", "//studio"])(
  "has no way around it: %s",
  async (path) => {
    const ask = await start(TOKEN);
    const answer = await ask({ path });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.text).not.toContain("rules");
  },
);

it("looks at no further guesses of one network for half a minute after ten wrong ones", async () => {
  let now = Date.now();
  const ask = await start(TOKEN, () => now);
  const wrong: number[] = [];
  for (let n = 0; n < 12; n += 1) wrong.push((await ask({ headers: bearer(`guess-${n}-of-the-password`) })).status);
  expect(wrong.filter((status) => status === 401).length).toBe(11);
  expect(wrong.at(-1)).toBe(429);
  expect((await ask({ headers: bearer(TOKEN) })).status, "or guessing would go on").toBe(429);
  now += 31_000;
  expect((await ask({ headers: bearer(TOKEN) })).status).toBe(200);
  expect(world.logged.filter(({ code }) => code === "sign_in").length).toBe(11);
  expect(JSON.stringify(world.logged)).not.toContain("guess-");
});

it("changes nothing for another site that uses a browser that is signed in", async () => {
  const ask = await start(TOKEN);
  const post = (headers: Record<string, string>) => ask({ path: "/studio/draft", method: "POST", headers });
  const signedIn = basic(`ann:${TOKEN}`);
  expect((await post({ ...signedIn, "sec-fetch-site": "cross-site" })).status).toBe(403);
  expect((await post({ ...signedIn, "sec-fetch-site": "same-site" })).status).toBe(403);
  expect((await post({ ...signedIn, origin: "https://evil.example" })).status).toBe(403);
  expect((await post(signedIn)).status, "no browser says nothing").toBe(403);
  expect((await post({ ...signedIn, origin: world.gateway.url })).status).toBe(200);
  expect((await post(bearer(TOKEN))).status, "no browser sends this by itself").toBe(200);
});

it("without a password is there for this machine alone, and for no name that only leads to it", async () => {
  const ask = await start(undefined);
  expect(await ask()).toMatchObject({ status: 200, text: "the rules" });
  const { port } = new URL(world.gateway.url);
  const { request } = await import("node:http");
  const statusFor = (host: string) =>
    new Promise((resolve) => {
      request({ port, path: "/studio", headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
  expect(await statusFor(`rebound.evil.example:${port}`)).toBe(403);
  expect(await statusFor("127.0.0.1.evil.example")).toBe(403);
  expect(await statusFor(`localhost:${port}`)).toBe(200);
});
