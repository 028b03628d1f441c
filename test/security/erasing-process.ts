/** Erases one customer as a process of its own, telling where it is, so that it can be killed there. */
import { eraseCustomer } from "../../server/privacy/index.js";
import { openStore } from "../../server/store/index.js";
import { identityOver } from "./customers.js";

const [file = "", email = ""] = process.argv.slice(2);
const store = await openStore({ url: file });
const tell = (what: string): Promise<void> =>
  new Promise((resolve) => process.stdout.write(`${what}\n`, () => setTimeout(resolve, 200)));
const slow = {
  ...store,
  write: <T>(work: Parameters<typeof store.write<T>>[0]): Promise<T> =>
    store
      .write(async (tx) => {
        const value = await work(tx);
        // Everything is changed and nothing committed.
        await tell("begun");
        return value;
      })
      .then(async (value) => {
        await tell("committed");
        return value;
      }),
};
await eraseCustomer({ store: slow, identity: identityOver(), now: Date.now, by: "uid:1000" }, email);
await store.close();
