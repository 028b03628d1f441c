/** A process that changes its shop's files again and again, and dies by its own hand at a named point of the last change. */
import { openFilesInForce } from "../../server/files-in-force.js";
import { systemPorts } from "../../server/ports/index.js";
import { openStore, type Store } from "../../server/store/index.js";
import { loading, POLICY, policyOf, shopRootAt, TEXTS, textsOf } from "./shop-root.js";

const [root = "", point = "", edition = ""] = process.argv.slice(2);
const die = (at: string): void => {
  if (point === at && isArmed) process.kill(process.pid, "SIGKILL");
};
let isArmed = false;

const shop = shopRootAt(root);
const real = await openStore({ url: `${shop.dataDir}/aftersale.db` });
const store: Store = {
  ...real,
  write: async (work) => {
    die("before the write");
    const result = await real.write(async (tx) => {
      const done = await work(tx);
      die("before the commit");
      return done;
    });
    die("after the commit");
    return result;
  },
  read: async (work) => {
    const result = await real.read(work);
    die("after reading the folders");
    return result;
  },
};
const files = await openFilesInForce({ ...loading(shop), store, ports: systemPorts, log: () => undefined });
isArmed = true;
shop.write(POLICY, policyOf(edition));
die("between two files");
shop.write(TEXTS, textsOf(edition));
await files.reload();
die("when it is in force");
