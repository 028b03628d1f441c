import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ShopFilesError } from "../../server/files-in-force.js";
import { findFileSet, keptFileSets, publishFileSet, rollBackTo } from "../../server/store/index.js";
import { createShopRoot, openShop, POLICY, policyOf, type ShopRoot, TEXTS } from "./shop-root.js";

let shop: ShopRoot;
beforeEach(() => {
  shop = createShopRoot();
});
afterEach(() => shop.remove());

async function aftersale(...args: string[]): Promise<string> {
  const command = ["server/aftersale.mjs", ...args, "--root", shop.root];
  const { stdout } = await promisify(execFile)(process.execPath, command, { encoding: "utf8" });
  return stdout;
}

const titleOf = (set: { files: { policies: { newest(id: string): { title: string } } } }): string =>
  set.files.policies.newest("where").title;

it("puts a changed set in force at once, and keeps the one before for whoever began with it", async () => {
  const { files, close } = await openShop(shop);
  const before = files.current;
  shop.edition("second");
  expect(await files.reload()).toEqual({ result: "live", set: files.current.id });
  expect(titleOf(files.current)).toBe("Where, second");
  expect(titleOf(await files.pick(before.id))).toBe("Where, first");
  expect(titleOf(await files.pick(undefined))).toBe("Where, second");
  await close();
});

it("finds the set of a conversation again after a restart", async () => {
  const first = await openShop(shop);
  const began = first.files.current.id;
  shop.edition("second");
  await first.files.reload();
  await first.close();
  const { files, close } = await openShop(shop);
  expect(titleOf(files.current)).toBe("Where, second");
  expect(titleOf(await files.pick(began))).toBe("Where, first");
  await close();
});

it("never lets a broken set go live: the last good one keeps serving, and what is wrong is told", async () => {
  const told: string[] = [];
  const { files, close } = await openShop(shop, ({ message }) => told.push(message));
  const good = files.current.id;
  shop.write(POLICY, policyOf("second"));
  const looked = await files.reload();
  expect(looked.result).toBe("refused");
  expect(files.refused.map(({ code, path }) => `${code} ${path}`)).toContain("POLICY_UNKNOWN_MACRO steps[0].ask");
  expect(files.current.id).toBe(good);
  expect(told).toEqual([expect.stringContaining(`${good} keeps serving`)]);
  shop.edition("second");
  expect((await files.reload()).result).toBe("live");
  expect(files.refused).toEqual([]);
  await close();
});

it("starts over broken files with the last good set, and without one not at all", async () => {
  const first = await openShop(shop);
  const good = first.files.current.id;
  await first.close();
  shop.write(TEXTS, "{ half a fi");
  const { files, close } = await openShop(shop);
  expect(files.current.id).toBe(good);
  expect(files.refused.length).toBeGreaterThan(0);
  await close();

  const other = createShopRoot();
  other.write(TEXTS, "{ half a fi");
  await expect(openShop(other)).rejects.toBeInstanceOf(ShopFilesError);
  other.remove();
});

it("goes back to a kept set within a second, and stays there until the folders hold something new", async () => {
  const { store, files, close } = await openShop(shop);
  const first = files.current.id;
  shop.edition("second");
  await files.reload();
  const second = files.current.id;
  files.follow();
  const asked = Date.now();
  await store.write((tx) => rollBackTo(tx, { at: asked, set: first, insteadOf: second, by: "test" }));
  await vi.waitFor(() => expect(files.current.id).toBe(first), { timeout: 5_000, interval: 10 });
  expect(await files.reload()).toEqual({ result: "unchanged", set: first });
  shop.edition("third");
  await vi.waitFor(() => expect(titleOf(files.current)).toBe("Where, third"), { timeout: 5_000, interval: 10 });
  await close();
});

it("is rolled back and forward again from the command line, beside the running server", async () => {
  const { files, close } = await openShop(shop);
  const first = files.current.id;
  shop.edition("second");
  await files.reload();
  const second = files.current.id;
  files.follow();

  const listed = await aftersale("versions");
  expect(listed).toContain(`${first}  first live `);
  expect(listed).toMatch(new RegExp(`^${second} .*in force, in the folders`));
  expect(await aftersale("rollback", first.slice(0, 6))).toContain(`${first} is in force instead of ${second}`);
  await vi.waitFor(() => expect(files.current.id).toBe(first), { timeout: 10_000, interval: 10 });
  expect(await aftersale("rollback", "--end")).toContain(`${second}, the set of the folders, is in force again`);
  await vi.waitFor(() => expect(files.current.id).toBe(second), { timeout: 10_000, interval: 10 });
  await expect(aftersale("rollback", "nothing")).rejects.toThrow(/No set "nothing" is kept. There are: /);
  await close();
}, 60_000);

it("stays rolled back over a restart", async () => {
  const first = await openShop(shop);
  const wanted = first.files.current.id;
  shop.edition("second");
  await first.files.reload();
  const insteadOf = first.files.current.id;
  await first.store.write((tx) => rollBackTo(tx, { at: 1, set: wanted, insteadOf, by: "test" }));
  await first.close();
  const { files, close } = await openShop(shop);
  expect(files.current.id).toBe(wanted);
  await close();
});

it("looks by itself when a file changes", async () => {
  const { files, close } = await openShop(shop);
  files.follow();
  shop.edition("second");
  await vi.waitFor(() => expect(titleOf(files.current)).toBe("Where, second"), { timeout: 10_000, interval: 20 });
  await close();
});

it("keeps the texts of the last twenty sets that went live", async () => {
  const { store, close } = await openShop(shop);
  for (let n = 1; n <= 25; n += 1) {
    const texts = { policies: [{ file: "p", text: `text ${n}` }] };
    await store.write((tx) => publishFileSet(tx, { id: `set-${n}`, at: n, texts }));
  }
  const kept = await store.read((tx) => keptFileSets(tx));
  expect(kept.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, index) => `set-${25 - index}`));
  expect(await store.read((tx) => findFileSet(tx, "set-6"))).toEqual({ policies: [{ file: "p", text: "text 6" }] });
  expect(await store.read((tx) => findFileSet(tx, "set-5"))).toBeUndefined();
  await close();
});
