import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { createShopRoot, openShop } from "./shop-root.js";

const shop = createShopRoot();
afterAll(() => shop.remove());

/** @returns the signal that ended it */
function dieAt(point: string, edition: string): Promise<string | null> {
  const script = join(import.meta.dirname, "reloader.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script, shop.root, point, edition], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return new Promise((resolve) => child.on("exit", (_, signal) => resolve(signal)));
}

async function titleAfterRestart(): Promise<string> {
  const { files, close } = await openShop(shop);
  const { title } = files.current.files.policies.newest("where");
  await close();
  return title;
}

it("starts with the old set or the new one, whole, wherever a kill -9 hits a change", async () => {
  expect(await titleAfterRestart()).toBe("Where, first");
  // Half of the files are written: what lies there would not load, so the last good set serves.
  expect(await dieAt("between two files", "second")).toBe("SIGKILL");
  expect(await titleAfterRestart()).toBe("Where, first");
  const points = [
    "after reading the folders",
    "before the write",
    "before the commit",
    "after the commit",
    "when it is in force",
  ];
  for (const [n, point] of points.entries()) {
    const edition = `edition${n}`;
    expect(await dieAt(point, edition), point).toBe("SIGKILL");
    expect(await titleAfterRestart()).toBe(`Where, ${edition}`);
  }
}, 120_000);
