/** What two nodes must agree on, and what only one of them does. */
import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type Mailbox, startMailbox } from "../../sandbox/index.js";
import { ConfigError, databaseOf, sharedSecretOf } from "../../server/config.js";
import { agreeOnSecret, createIdentity, startMailer } from "../../server/identity/index.js";
import { systemPorts } from "../../server/ports/index.js";
import { dueMails, openStore, type Store } from "../../server/store/index.js";
import { type Postgres, startPostgres } from "../store/postgres.js";

let postgres: Postgres;
let mailbox: Mailbox;
beforeAll(async () => {
  [postgres, mailbox] = await Promise.all([startPostgres(), startMailbox({ port: 0 })]);
});
afterAll(async () => {
  await mailbox?.close();
  await postgres?.stop();
});
const stores: Store[] = [];
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()));
});
const open = async (url: string): Promise<Store> => {
  const store = await openStore({ url });
  stores.push(store);
  return store;
};

it("a node with another secret than the first is refused", async () => {
  const url = await postgres.freshUrl();
  const [one, other] = await Promise.all([open(url), open(url)]);
  const secret = randomBytes(32);
  await agreeOnSecret(one, secret);
  await agreeOnSecret(other, secret);
  await expect(agreeOnSecret(other, randomBytes(32))).rejects.toMatchObject({ code: "IDENTITY_SECRET_DIFFERS" });
  const stored = await one.read((tx) => tx.selectFrom("shared").selectAll().execute());
  expect(JSON.stringify(stored)).not.toContain(secret.toString("hex"));
});

it("the secret comes from the environment, and a bad one is refused without being repeated", () => {
  const secret = randomBytes(32);
  expect(sharedSecretOf({ AFTERSALE_SECRET: `${secret.toString("hex")}\n` }).sharedSecret).toEqual(secret);
  expect(sharedSecretOf({})).toEqual({});
  expect(databaseOf({ DATABASE_URL: "" })).toEqual({});
  const canary = "canary-1f0c".padEnd(63, "0");
  let refusal: unknown;
  try {
    sharedSecretOf({ AFTERSALE_SECRET: canary });
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(ConfigError);
  expect((refusal as ConfigError).message).toContain("AFTERSALE_SECRET");
  expect((refusal as ConfigError).message).not.toContain("canary");
});

it("a mail is sent once, whichever of two nodes does it", async () => {
  const url = await postgres.freshUrl();
  const secret = randomBytes(32);
  const shop = { botId: "mails", name: "Mails", tokenKeys: [] };
  const received: string[] = [];
  mailbox.onMessage(({ subject }) => void received.push(subject));
  const nodes = await Promise.all(
    [1, 2].map(async () => {
      const store = await open(url);
      const identity = createIdentity({ ports: systemPorts, secret, shop });
      const options = {
        store,
        outbox: identity,
        transport: mailbox.smtpUrl,
        from: "shop@example.com",
        ports: systemPorts,
      };
      return { store, identity, mailer: startMailer(options) };
    }),
  );
  const subjects = Array.from({ length: 24 }, (_, n) => `mail ${n}`);
  await Promise.all(
    subjects.map((subject, n) => {
      const { store, identity } = nodes[n % 2] as (typeof nodes)[number];
      return store.write((tx) => identity.queueMail(tx, { to: "ann.reed@example.com", subject, text: "hi" }));
    }),
  );
  const [first] = nodes;
  const left = () => first?.store.read((tx) => dueMails(tx, Date.now()));
  await expect.poll(left, { timeout: 30_000, interval: 50 }).toEqual([]);
  await Promise.all(nodes.map(({ mailer }) => mailer.close()));
  expect(received.toSorted()).toEqual(subjects.toSorted());
});
