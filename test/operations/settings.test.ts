/** The environment variables of whoever runs the server: whatever is wrong with them is said before anything starts. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ConfigError, loadConfig } from "../../server/config.js";

const folder = mkdtempSync(join(tmpdir(), "settings-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const shopFile = join(folder, "shop.json");
writeFileSync(shopFile, '{ "name": "Orchard & Pine" }');
const load = (env: Record<string, string>) => loadConfig({ shopFile, root: folder }, env).operations;
const TOKEN = "0123456789abcdef0123";

describe("settings of operations", () => {
  it("are private and plain where nothing is set: no port, no token, 20 seconds to stop, no limit of size", () => {
    expect(load({})).toEqual({ logLevel: "info", stopMs: 20_000 });
  });

  it("are taken from the environment", () => {
    expect(
      load({
        AFTERSALE_METRICS_PORT: "9464",
        AFTERSALE_METRICS_TOKEN: TOKEN,
        AFTERSALE_METRICS_HOST: "0.0.0.0",
        AFTERSALE_LOG: "debug",
        AFTERSALE_STOP_SECONDS: "5",
        AFTERSALE_MAX_MB: "512",
      }),
    ).toEqual({
      metrics: { host: "0.0.0.0", port: 9464 },
      metricsToken: TOKEN,
      logLevel: "debug",
      stopMs: 5_000,
      maxBytes: 536_870_912,
    });
  });

  it.each<[Record<string, string>, string]>([
    [{ AFTERSALE_METRICS_PORT: "70000" }, "AFTERSALE_METRICS_PORT"],
    [{ AFTERSALE_METRICS_PORT: "http" }, "AFTERSALE_METRICS_PORT"],
    [{ AFTERSALE_METRICS_TOKEN: "short" }, "AFTERSALE_METRICS_TOKEN"],
    [{ AFTERSALE_METRICS_PORT: "9464", AFTERSALE_METRICS_HOST: "0.0.0.0" }, "AFTERSALE_METRICS_TOKEN"],
    [{ AFTERSALE_METRICS_PORT: "9464", AFTERSALE_METRICS_HOST: "10.0.0.5" }, "AFTERSALE_METRICS_TOKEN"],
    [{ AFTERSALE_LOG: "loud" }, "AFTERSALE_LOG"],
    [{ AFTERSALE_STOP_SECONDS: "0" }, "AFTERSALE_STOP_SECONDS"],
    [{ AFTERSALE_STOP_SECONDS: "-1" }, "AFTERSALE_STOP_SECONDS"],
    [{ AFTERSALE_MAX_MB: "1e3" }, "AFTERSALE_MAX_MB"],
  ])("%j is refused by name, with what to write", (env, name) => {
    const problems = (() => {
      try {
        load(env);
        return [];
      } catch (error) {
        return (error as ConfigError).problems;
      }
    })();
    expect(problems.map(({ path }) => path)).toContain(name);
    for (const { fix } of problems) expect(fix).toMatch(/^(Use|Set)/);
  });

  it("never show the token in what is refused", () => {
    expect(() => load({ AFTERSALE_METRICS_TOKEN: "secret7", AFTERSALE_LOG: "x" })).toThrow(ConfigError);
    expect(() => load({ AFTERSALE_METRICS_TOKEN: "secret7", AFTERSALE_LOG: "x" })).not.toThrow(/secret7/);
  });
});
