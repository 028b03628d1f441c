/** A conversation that was erased while somebody has it open. */
import { afterEach, expect, it } from "vitest";
import { deleteConversation } from "../../server/store/index.js";
import { startWorld, type World } from "./world.js";

let world: World;
afterEach(() => world?.end());

it("is over: its window is told so, can read nothing more, and cannot come back to it", async () => {
  world = await startWorld();
  const client = await world.join();
  await client.send("message-1");
  await world.store.write((tx) => deleteConversation(tx, client.info.conversation));
  expect(await client.send("message-2")).toMatchObject({
    refused: "message-2",
    code: "closed",
    message: "This chat has ended. Please start a new one.",
  });
  expect((await client.read(0)).entries).toEqual([]);
  await expect(world.rejoin(client, 0)).rejects.toMatchObject({ code: "unknown_conversation" });
  expect(world.logged.filter(({ level }) => level === "error")).toEqual([]);
});
