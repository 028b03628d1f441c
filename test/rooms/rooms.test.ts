/** Each folder is a room with one door, and imports follow the arrows. */
import { describe, expect, it } from "vitest";
import { cycleIn, type Import, importsOf, packageOf, reachedFrom, roomOf, sources, waysOf } from "./imports.js";

const all = sources();
const files = new Set(all.map(({ file }) => file));
const imports = all.flatMap((source) => importsOf(source, files));
const ours = imports.filter(({ isOurs }) => isOurs);
const theirs = imports.filter(({ isOurs }) => !isOurs);
const show = ({ from, to }: Import) => `${from} -> ${to}`;

/** Doors besides `index.ts`, and whom they are for. */
const SECOND_DOORS: Readonly<Record<string, RegExp>> = {
  // Make-believe vendors, for the demo and for trying things out; never for a real shop.
  "server/connectors/simulators.ts": /^(server\/cli\/|sandbox\/)/,
  "server/cli/main.ts": /^server\/aftersale\.mjs$/,
  "widget/build.ts": /^server\/(cli\/|setup)/,
};

it("the sources were found, and their imports read", () => {
  expect(files.has("server/main.ts")).toBe(true);
  expect(ours.length).toBeGreaterThan(200);
  expect(ours.filter(({ to }) => !files.has(to)).map(show), "imports of files that are not there").toEqual([]);
  const [value, type, mixed] = importsOf(
    {
      file: "server/a.ts",
      text: 'import { a } from "./b.js";\nimport {\n  type B,\n  type C,\n} from "./c/index.js";\nexport { type D, d } from "zod";',
    },
    new Set(["server/b.ts", "server/c/index.ts"]),
  );
  expect([value?.to, value?.isValue, type?.to, type?.isValue, mixed?.to, mixed?.isValue]).toEqual([
    "server/b.ts",
    true,
    "server/c/index.ts",
    false,
    "zod",
    true,
  ]);
});

it("no room is entered but by its door", () => {
  const past = ours.filter(({ from, to }) => {
    if (roomOf(from) === roomOf(to) || roomOf(to) === to) return false;
    return to !== `${roomOf(to)}/index.ts` && SECOND_DOORS[to]?.test(from) !== true;
  });
  expect(past.map(show)).toEqual([]);
});

it("a door only passes on, by name", () => {
  const doors = all.filter(({ file }) => file === `${roomOf(file)}/index.ts`);
  expect(doors.length).toBeGreaterThan(10);
  // The widget's words with the server, and the ports, are so small that they stand in the door itself.
  const small = ["server/protocol/index.ts", "server/ports/index.ts"];
  for (const { file, text } of doors.filter((door) => !small.includes(door.file))) {
    expect(text, file).not.toMatch(/export \*/);
    expect(text.replace(/\/\*[\s\S]*?\*\//g, ""), file).not.toMatch(
      /^(?:export )?(?:async )?(?:function|class|const|let)\b/m,
    );
  }
});

describe("no cycles", () => {
  it("between rooms, types included", () => {
    // What a vendor's simulator and the make-believe world know of each other stays out of a real shop.
    const real = ours.filter(({ from }) => !/simulator/.test(from));
    expect(cycleIn(waysOf(real, roomOf))).toBeUndefined();
  });

  it("between files, at run time", () => {
    const atRunTime = ours.filter(({ isValue, isLazy }) => isValue && !isLazy);
    expect(cycleIn(waysOf(atRunTime, (file) => file))).toBeUndefined();
  });

  it("and one would be found", () => {
    expect(cycleIn(new Map([["a", new Set(["b"])], ["b", new Set(["c"])], ["c", new Set(["b"])]]))).toEqual(["b", "c", "b"]); // biome-ignore format: one line reads best
  });
});

describe.each(["server/dialogue", "server/decisions"])("%s decides and touches nothing", (room) => {
  const inside = imports.filter(({ from }) => roomOf(from) === room);

  it("imports no clock, disk or network", () => {
    const allowed = ["zod", "json-rules-engine", "node:crypto"];
    expect(inside.filter(({ to, isOurs }) => !isOurs && !allowed.includes(to)).map(show)).toEqual([]);
  });

  it("takes nothing but types from other rooms, problems and formats excepted", () => {
    const pure = [room, "server/problems", "server/formats"];
    const values = inside.filter(({ to, isOurs, isValue }) => isOurs && isValue && !pure.includes(roomOf(to)));
    expect(values.map(show)).toEqual([]);
  });

  it("reads no clock and no environment, and draws no lots", () => {
    for (const { file, text } of all.filter(({ file: name }) => roomOf(name) === room)) {
      const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/.*$/gm, "");
      expect(code, file).not.toMatch(/Date\.now|new Date\(\)|Math\.random|process\.|fetch\(|performance\.|setTimeout/);
    }
  });
});

it("understanding and replies decide nothing by the clock either", () => {
  const rooms = ["server/understanding", "server/replies", "server/handoff"];
  for (const { file, text } of all.filter(({ file: name }) => rooms.includes(roomOf(name)))) {
    expect(text, file).not.toMatch(/Date\.now|new Date\(\)|Math\.random/);
  }
});

it("the widget takes types from server/protocol and nothing else of ours", () => {
  const out = ours.filter(({ from, to }) => roomOf(from) === "widget" && roomOf(to) !== "widget");
  expect(out.length).toBeGreaterThan(0);
  expect(out.filter(({ to, isValue }) => to !== "server/protocol/index.ts" || isValue).map(show)).toEqual([]);
});

it("the embeddings know nothing of the server but how problems are told", () => {
  const out = ours.filter(({ from, to }) => roomOf(from) === "embeddings" && roomOf(to) !== "embeddings");
  expect(out.filter(({ to }) => roomOf(to) !== "server/problems").map(show)).toEqual([]);
});

it("a real shop never loads the make-believe vendors or the sandbox", () => {
  const loaded = [...reachedFrom("server/main.ts", imports)];
  expect(loaded).toContain("server/connectors/index.ts");
  expect(loaded.filter((file) => /simulator|^sandbox\//.test(file))).toEqual([]);
});

it("nothing but config.ts reads the environment of the server", () => {
  const readers = all.filter(({ file, text }) => file.startsWith("server/") && /process\.env/.test(text));
  const allowed = ["server/config.ts", "server/setup.mjs"];
  expect(readers.map(({ file }) => file).filter((file) => !allowed.includes(file))).toEqual([]);
});

describe("outside packages", () => {
  /** Where a package may be used by more than one file, and in which rooms. Everything else: one package, one file. */
  const SHARED: Readonly<Record<string, RegExp>> = {
    // Shapes are written once, wherever something comes in.
    zod: /^(server|embeddings|sandbox)\//,
    preact: /^(widget\/chat|studio\/page)\//,
    // The store, and whole copies of its file.
    "better-sqlite3": /^server\/store\/(sqlite|copies)\.ts$/,
    kysely: /^server\/store\//,
    // Texts: the engine, its formatters, and what it can tell of a text.
    liquidjs: /^server\/replies\//,
    // The doors, and the demo storefront beside them.
    fastify: /^(server\/gateway|sandbox)\//,
    "@fastify/static": /^(server\/gateway|sandbox)\//,
    "socket.io": /^server\/gateway\//,
    // Codes wait in the outbox and are sent until they are taken; messages to shoppers must know how far a try came.
    nodemailer: /^server\/(identity\/mailer|connectors\/smtp\/message)\.ts$/,
    // Make-believe mail servers: one keeps what it gets, the other has faults.
    "smtp-server": /^(sandbox\/mailbox|server\/connectors\/smtp\/simulator)\.ts$/,
    "postal-mime": /^(sandbox\/mailbox|server\/connectors\/smtp\/simulator)\.ts$/,
    // The bundler builds the widget, the studio and the demo storefront, and makes JavaScript of the server's sources.
    esbuild: /^(widget|studio|sandbox|server\/compile\.mjs)/,
  };

  it("are each used by one file, so that swapping one means reading one", () => {
    const users = new Map<string, Set<string>>();
    for (const { from, to } of theirs.filter(({ to: name }) => !name.startsWith("node:"))) {
      const name = packageOf(to);
      users.set(name, (users.get(name) ?? new Set()).add(from));
    }
    const scattered = [...users].flatMap(([name, by]) => {
      const shared = SHARED[name];
      if (shared === undefined) return by.size > 1 ? [`${name}: ${[...by].join(", ")}`] : [];
      const outside = [...by].filter((file) => !shared.test(file));
      return outside.length > 0 ? [`${name}: ${outside.join(", ")}`] : [];
    });
    expect(scattered).toEqual([]);
  });

  it("node's own modules are named as such", () => {
    const bare = /^(fs|path|http|https|net|crypto|url|os|events|stream|zlib|util)(\/|$)/;
    expect(theirs.filter(({ to }) => bare.test(to)).map(show)).toEqual([]);
  });
});
