/** `shop.json` and the environment: whatever is wrong with them is said before anything starts. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ConfigError, loadConfig, parseShop, withSecrets } from "../../server/config.js";

const folder = mkdtempSync(join(tmpdir(), "config-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shopFile = join(folder, "shop.json");
const load = (shop: unknown, env: Record<string, string> = {}) => {
  writeFileSync(shopFile, typeof shop === "string" ? shop : JSON.stringify(shop));
  return loadConfig({ shopFile, root: folder }, env);
};
const problemsIn = (shop: unknown, env: Record<string, string> = {}) => {
  try {
    load(shop, env);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
};

describe("shop.json", () => {
  it("needs a name, and nothing else", () => {
    expect(load({ name: "Orchard & Pine" }).shop).toMatchObject({
      name: "Orchard & Pine",
      locale: "en",
      timeZone: "UTC",
      joinPauseMs: 600,
      origins: [],
      levels: {},
      limits: {},
    });
  });

  it("may say everything that the demo shop says", () => {
    const demo = { levels: { get_order: "stepped_up" }, systems: { orders: "shipmonk", get_order: "magento" } };
    expect(load({ name: "x", ...demo, origins: ["https://shop.example", "http://localhost:3000"] }).shop).toMatchObject(
      demo,
    );
  });

  it.each<[unknown, string, string]>([
    [{}, "name", "Add it"],
    [{ name: "" }, "name", "Change the value"],
    [{ name: "x", nmae: "y" }, "nmae", 'Did you mean "name"?'],
    [{ name: "x", timeZone: "Mars/Olympus" }, "timeZone", "Change the value"],
    [{ name: "x", joinPauseMs: -1 }, "joinPauseMs", "Change the value"],
    [{ name: "x", origins: ["shop.example"] }, "origins[0]", "Change the value"],
    [{ name: "x", origins: ["https://shop.example/"] }, "origins[0]", "Change the value"],
    [{ name: "x", origins: ["https://shop.example/chat"] }, "origins[0]", "Change the value"],
    [{ name: "x", origins: ["https://user@shop.example"] }, "origins[0]", "Change the value"],
    [{ name: "x", origins: ["javascript:alert(1)"] }, "origins[0]", "Change the value"],
    [{ name: "x", origins: ["*"] }, "origins[0]", "Change the value"],
    [{ name: "x", levels: { get_order: "nobody" } }, "levels.get_order", 'Use one of: "anonymous"'],
    [{ name: "x", levels: { get_ordr: "person" } }, "levels.get_ordr", 'Did you mean "get_order"?'],
    [{ name: "x", limits: { issue_refnd: { amount: 150 } } }, "limits.issue_refnd", 'Did you mean "issue_refund"?'],
    [{ name: "x", limits: { issue_refund: { amout: 150 } } }, "limits.issue_refund.amout", 'Did you mean "amount"?'],
    [{ name: "x", limits: { issue_refund: { amount: -1 } } }, "limits.issue_refund.amount", "Change the value"],
    [{ name: "x", systems: { ordrs: "magento" } }, "systems.ordrs", 'Did you mean "orders"?'],
    [{ name: "x", systems: { orders: "magneto" } }, "systems.orders", 'Did you mean "magento"?'],
    [{ name: "x", connectors: { gladdly: {} } }, "connectors.gladdly", 'Did you mean "gladly"?'],
    [{ name: "x", connectors: { gladly: {} }, systems: { orders: "magento" } }, "systems.orders", "Use one of: gladly"],
    [{ name: "x", mail: { smtp: "smtp://user:pass@mail", from: "a@b.c" } }, "mail.smtp", "Change the value"],
    [
      { name: "x", storefront: { botId: "b", keys: [{ kid: "k", secret: "s3cret" }] } },
      "storefront.keys[0].secret",
      "Change",
    ],
    [{ name: "x", orderNumberPattern: "[0-9" }, "orderNumberPattern", "Change the value"],
    [{ name: "x", orderNumberPattern: "(a+)+" }, "orderNumberPattern", "Change the value"],
    [{ name: "x", orderNumberPattern: "([0-9]{1,}){2,}" }, "orderNumberPattern", "Change the value"],
    [{ name: "x", orderNumberPattern: ".*.*.*" }, "orderNumberPattern", "Change the value"],
    ["[]", "", "Write an object"],
    ['{ "name": "x", }', "", "line 1"],
    ['{ "name": "x", "name": "y" }', "", "Remove one of the two"],
    ['{ "name": "x", "__proto__": {} }', "", "Rename the key"],
  ])("%j is refused at %s", (shop, path, fix) => {
    const problems = problemsIn(shop);
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems[0]).toMatchObject({ file: shopFile, severity: "error" });
    expect(problems[0]?.fix).toContain(fix);
  });

  it.each(["[0-9]{4,6}", "#?[A-Z]{2}-?[0-9]+", "(?:OP|AF)-[0-9]{6}", "\\d{5,}"])(
    "may describe its order numbers as %s",
    (orderNumberPattern) =>
      expect(load({ name: "x", orderNumberPattern }).shop.orderNumberPattern).toBe(orderNumberPattern),
  );

  it("tells all problems at once, in one readable error with a code", () => {
    const shop = { timeZone: "Mars", joinPauseMs: "soon" };
    expect(
      problemsIn(shop)
        .map(({ path }) => path)
        .toSorted(),
    ).toEqual(["joinPauseMs", "name", "timeZone"]);
    expect(() => parseShop("shop.json", JSON.stringify(shop))).toThrow(
      /^shop\.json, name: Expected text, found nothing\./,
    );
    expect(() => parseShop("shop.json", "{}")).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  });

  it("that is not there is told with what to do", () => {
    expect(() => loadConfig({ shopFile: join(folder, "none.json"), root: folder }, {})).toThrow(
      /does not exist.*--shop/,
    );
  });
});

describe("the environment", () => {
  const shop = { name: "x" };

  it("has a default for everything", () => {
    const { host, port, dataDir, publicUrl } = load(shop);
    expect({ host, port, dataDir, publicUrl }).toEqual({
      host: "127.0.0.1",
      port: 8787,
      dataDir: join(folder, ".aftersale"),
      publicUrl: undefined,
    });
  });

  it("left empty is as if it were not set", () => {
    const empty = { PORT: "", HOST: "", AFTERSALE_DATA: "", PUBLIC_URL: "" };
    expect({ ...load(shop, empty), secret: 0 }).toEqual({ ...load(shop), secret: 0 });
  });

  it("sets host, port, data and address", () => {
    const env = { PORT: "0", HOST: "0.0.0.0", AFTERSALE_DATA: "/data", PUBLIC_URL: "https://chat.shop.example" };
    expect(load(shop, env)).toMatchObject({ host: "0.0.0.0", port: 0, dataDir: "/data", publicUrl: env.PUBLIC_URL });
  });

  it.each(["http", "-1", "65536", "80.5", "0x50", "1e3", " 80"])("refuses the port %j", (PORT) => {
    expect(problemsIn(shop, { PORT })).toMatchObject([{ file: "environment", path: "PORT", code: "CONFIG_INVALID" }]);
  });
});

describe("secrets", () => {
  it("stand in the environment, and only their names in the file", () => {
    const { secret } = load({ name: "x" }, { TOKEN: "s3cret" });
    expect(secret("env:TOKEN")).toBe("s3cret");
    expect(withSecrets({ url: "https://a", token: "env:TOKEN", retries: 3 }, secret)).toEqual({
      url: "https://a",
      token: "s3cret",
      retries: 3,
    });
  });

  it("that are missing or empty are named, and no other value is told", () => {
    const { secret } = load({ name: "x" }, { EMPTY: "", OTHER: "s3cret" });
    for (const name of ["NONE", "EMPTY"])
      expect(() => secret(`env:${name}`)).toThrow(new RegExp(`${name}: It is not set`));
    expect(() => secret("env:NONE")).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("s3cret") }),
    );
  });
});

describe("the studio", () => {
  const ON = { AFTERSALE_STUDIO: "on" };
  const TOKEN = { AFTERSALE_STUDIO_TOKEN: "a-password-of-the-shop" };

  it("is served only when asked for", () => {
    expect(load({ name: "x" }).studio).toBeUndefined();
    expect(load({ name: "x" }, { AFTERSALE_STUDIO: "yes" }).studio).toBeUndefined();
  });

  it("asks for no password on a machine that nobody else can reach", () => {
    expect(load({ name: "x" }, ON)).toMatchObject({ studio: true });
    expect(load({ name: "x" }, { ...ON, HOST: "::1" })).toMatchObject({ studio: true });
  });

  it.each<[string, Record<string, string>]>([
    ["listening on every address", { HOST: "0.0.0.0" }],
    ["listening on an address of the network", { HOST: "10.0.0.5" }],
    ["behind a proxy that others reach", { PUBLIC_URL: "https://chat.shop.example" }],
    ["under a name that only begins like this machine's", { HOST: "127.0.0.1.evil.example" }],
  ])("needs one when %s", (_, env) => {
    expect(problemsIn({ name: "x" }, { ...ON, ...env })[0]).toMatchObject({ path: "AFTERSALE_STUDIO_TOKEN" });
    expect(load({ name: "x" }, { ...ON, ...env, ...TOKEN })).toMatchObject({
      studio: true,
      studioToken: TOKEN.AFTERSALE_STUDIO_TOKEN,
    });
  });

  it("takes none that could be guessed", () => {
    const problems = problemsIn({ name: "x" }, { ...ON, AFTERSALE_STUDIO_TOKEN: "short" });
    expect(problems[0]?.message).toContain("fewer than 16");
  });
});

describe("webhooks", () => {
  it("have one or two secrets each, from the environment", () => {
    const webhooks = { kustomer: { secrets: ["env:A", "env:B"] }, "own-desk": { secrets: ["env:C"] } };
    expect(load({ name: "x", webhooks }).shop.webhooks).toEqual(webhooks);
    expect(problemsIn({ name: "x", webhooks: { kustomer: { secrets: [] } } }).length).toBe(1);
    expect(problemsIn({ name: "x", webhooks: { kustomer: { secrets: ["written down"] } } }).length).toBe(1);
    expect(problemsIn({ name: "x", webhooks: { "../x": { secrets: ["env:A"] } } }).length).toBe(1);
  });

  it("are not taken from a system that does not sign what it says", () => {
    const [problem] = problemsIn({ name: "x", webhooks: { smartrr: { secrets: ["env:A"] } } });
    expect(problem).toMatchObject({ path: "webhooks.smartrr", code: "CONFIG_INVALID" });
  });
});

describe("a secret in a file", () => {
  const file = join(folder, "token");
  const write = (text: string, mode: number) => {
    rmSync(file, { force: true });
    writeFileSync(file, text, { mode });
    chmodSync(file, mode);
  };
  const read = () => load({ name: "x" }, { TOKEN_FILE: file }).secret("env:TOKEN");

  it.each([0o600, 0o400, 0o640])("is read when not everybody can read it (mode %o)", (mode) => {
    write("s3cret\n", mode);
    expect(read()).toBe("s3cret");
    expect(load({ name: "x" }, { TOKEN_FILE: file, TOKEN: "nearer" }).secret("env:TOKEN")).toBe("nearer");
  });

  it.each([0o644, 0o604, 0o602, 0o777])("is refused when everybody can (mode %o)", (mode) => {
    write("s3cret", mode);
    expect(read).toThrow(/TOKEN_FILE: .*Everybody on this machine can read it/);
    expect(read).not.toThrow(/s3cret/);
  });

  it("is refused when it is empty, a folder, or not there", () => {
    write("", 0o600);
    expect(read).toThrow(/It is empty/);
    rmSync(file);
    expect(read).toThrow(/It is no file/);
    expect(() => load({ name: "x" }, { TOKEN_FILE: folder }).secret("env:TOKEN")).toThrow(/It is no file/);
  });

  it("may be the studio's password", () => {
    write("a-password-of-the-shop", 0o600);
    const env = { AFTERSALE_STUDIO: "on", AFTERSALE_STUDIO_TOKEN_FILE: file, HOST: "0.0.0.0" };
    expect(load({ name: "x" }, env)).toMatchObject({ studio: true, studioToken: "a-password-of-the-shop" });
  });
});
