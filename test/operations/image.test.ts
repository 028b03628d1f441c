/** The Dockerfile and the systemd unit, as far as they can be held to their word without building or booting anything. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

const dockerfile = readFileSync("Dockerfile", "utf8");
const instructions: Instruction[] = dockerfile
  .replace(/^#.*\n/gm, "")
  .replace(/\\\n/g, " ")
  .split("\n")
  .filter((line) => line.trim() !== "")
  .map((line) => {
    const [, name = "", rest = ""] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    return { name, rest: rest.trim() };
  });
const stages = instructions.reduce<Instruction[][]>((all, each) => {
  if (each.name === "FROM") all.push([]);
  all.at(-1)?.push(each);
  return all;
}, []);
const final = stages.at(-1) ?? [];
const named = (list: readonly Instruction[], name: string) => list.filter((each) => each.name === name);
/** What is copied from the project, not from another stage. */
const copied = named(instructions, "COPY")
  .filter(({ rest }) => !rest.startsWith("--from="))
  .flatMap(({ rest }) => rest.split(/\s+/).slice(0, -1));

describe("the image", () => {
  it("is built in one stage and runs in another, both on a slim Node 20", () => {
    expect(stages.length).toBe(2);
    for (const { rest } of named(instructions, "FROM")) expect(rest).toMatch(/^node:20-slim( AS \w+)?$/);
    // The compiler stays behind.
    expect(
      named(final, "RUN")
        .map(({ rest }) => rest)
        .join(),
    ).not.toMatch(/apt-get|npm|curl|wget/);
  });

  it("runs as a user without rights, given as a number, and nothing follows that would need more", () => {
    const users = named(final, "USER").map(({ rest }) => rest);
    expect(users).toEqual(["1000:1000"]);
    const after = final.slice(final.findIndex(({ name }) => name === "USER"));
    expect(after.filter(({ name }) => name === "RUN" || name === "COPY")).toEqual([]);
  });

  it("writes to its data alone: the project is root's, the data a volume of the user's", () => {
    expect(named(final, "VOLUME").map(({ rest }) => rest)).toEqual(["/data"]);
    for (const { rest } of named(final, "COPY")) expect(rest).not.toContain("--chown");
    expect(
      named(final, "ENV")
        .map(({ rest }) => rest)
        .join(" "),
    ).toContain("AFTERSALE_DATA=/data");
  });

  it("says whether it lives, and is stopped by the signal that it listens to", () => {
    expect(named(final, "HEALTHCHECK")[0]?.rest).toContain("/healthz");
    expect(named(final, "STOPSIGNAL")[0]?.rest).toBe("SIGTERM");
    // As a list: a shell in between would not pass the signal on.
    expect(named(final, "ENTRYPOINT")[0]?.rest).toMatch(/^\["node", "server\/aftersale\.mjs"\]$/);
    expect(named(final, "CMD")[0]?.rest).toMatch(/^\[/);
  });

  it("fetches nothing by itself and holds no secret", () => {
    expect(named(instructions, "ADD")).toEqual([]);
    expect(named(instructions, "ARG")).toEqual([]);
    const asRun = instructions
      .filter(({ name }) => name !== "HEALTHCHECK")
      .map(({ rest }) => rest)
      .join("\n");
    expect(asRun).not.toMatch(/https?:\/\//);
    expect(
      named(instructions, "ENV")
        .map(({ rest }) => rest)
        .join(" "),
    ).not.toMatch(/SECRET|TOKEN|PASSWORD|_KEY/);
  });

  it("is made of files that exist, and of nothing that the build is not shown", () => {
    const hidden = readFileSync(".dockerignore", "utf8")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    expect(copied.length).toBeGreaterThan(10);
    for (const path of copied) {
      expect(existsSync(path), path).toBe(true);
      expect(hidden, path).not.toContain(path);
      expect(path).not.toBe(".");
    }
    for (const secret of [".git", "node_modules", ".aftersale", "**/.env", "**/*.key", "shop.json"])
      expect(hidden).toContain(secret);
  });
});

describe("the files that go into the image", () => {
  const folder = mkdtempSync(join(tmpdir(), "aftersale-image-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("are enough to compile the server and to check policies, texts, rules and intents as here", () => {
    for (const path of copied) {
      cpSync(path, join(folder, path), {
        recursive: true,
        filter: (from) => !/(^|\/)(built|node_modules)(\/|$)/.test(from.slice(path.length)),
      });
    }
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
    const check = (cwd: string) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, ["server/aftersale.mjs", "check"], {
        cwd,
        encoding: "utf8",
      });
      return { status, said: stdout + stderr };
    };
    const checked = check(folder);
    // In order here means in order there; whatever it lacked would be a problem more.
    expect(checked).toEqual(check("."));
    expect(checked.said).toMatch(/policies|In order/);
    expect(readdirSync(join(folder, "embeddings/model")).length).toBeGreaterThan(2);
  });
});

describe("the systemd unit", () => {
  const unit = readFileSync("docs/aftersale.service", "utf8");
  const settings = new Map(
    unit.split("\n").flatMap((line) => {
      const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, value ?? ""] as const];
    }),
  );

  it("gives the server a user of its own, its data and nothing else to write to", () => {
    expect(Object.fromEntries(settings)).toMatchObject({
      DynamicUser: "yes",
      StateDirectory: "aftersale",
      ProtectSystem: "strict",
      ProtectHome: "yes",
      NoNewPrivileges: "yes",
      CapabilityBoundingSet: "",
      UMask: "0077",
    });
    expect(unit).toContain("AFTERSALE_DATA=/var/lib/aftersale");
    expect(unit).not.toMatch(/^Environment=.*(TOKEN|SECRET|PASSWORD|_KEY)/m);
  });

  it("starts it again whenever it ends, and waits longer for it to stop than it may take", () => {
    expect(settings.get("Restart")).toBe("always");
    expect(settings.get("KillSignal")).toBe("SIGTERM");
    expect(Number(settings.get("TimeoutStopSec"))).toBeGreaterThan(20);
  });

  it("has enough files for as many shoppers as the server takes", () => {
    expect(Number(settings.get("LimitNOFILE"))).toBeGreaterThan(2 * 12_000);
  });

  it("is understood by systemd, where there is one, and leaves little exposed", () => {
    const found = spawnSync("systemd-analyze", ["--version"], { encoding: "utf8" });
    const release = Number(/^systemd (\d+)/.exec(found.stdout ?? "")?.[1] ?? 0);
    // Every name in the unit is known to systemd 250; an older one, or none, can say nothing.
    if (release < 250) return expect(unit).toContain("[Service]");
    const folder = mkdtempSync(join(tmpdir(), "aftersale-unit-"));
    const file = join(folder, "aftersale.service");
    // Where this project and this Node lie on the machine that tests.
    const here = unit
      .replace(
        "/usr/bin/node /opt/aftersale/server/aftersale.mjs",
        `${process.execPath} ${resolve("server/aftersale.mjs")}`,
      )
      .replace("WorkingDirectory=/opt/aftersale", `WorkingDirectory=${resolve(".")}`);
    try {
      writeFileSync(file, here);
      const verified = spawnSync("systemd-analyze", ["verify", file], { encoding: "utf8" });
      expect(`${verified.stdout}${verified.stderr}`).not.toContain("aftersale.service:");
      const rated = execFileSync("systemd-analyze", ["security", "--offline=true", file], { encoding: "utf8" });
      expect(Number(/exposure level for aftersale\.service: ([\d.]+)/.exec(rated)?.[1])).toBeLessThan(2);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
