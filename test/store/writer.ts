/** A process that stores messages as fast as it can and prints the id of each one once it is stored. For `kill.test.ts`. */
import { writeSync } from "node:fs";
import { appendShopperEntry, createConversation, findConversation, openStore } from "../../server/store/index.js";

const [, , url = "", round = ""] = process.argv;
const store = await openStore({ url });
await store.write(async (tx) => {
  if ((await findConversation(tx, "c1")) === undefined) {
    await createConversation(tx, { id: "c1", at: Date.now(), locale: "en" });
  }
});
for (let n = 0; ; n += 1) {
  await Promise.all(
    ["a", "b", "c"].map(async (part) => {
      const messageId = `${round}-${n}-${part}`;
      const { seq } = await store.write(
        (tx) => appendShopperEntry(tx, "c1", { messageId, text: "hello", at: Date.now() }),
        { conversation: "c1" },
      );
      writeSync(1, `${seq} ${messageId}\n`);
    }),
  );
}
