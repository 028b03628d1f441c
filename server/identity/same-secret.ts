import { createHmac } from "node:crypto";
import { agreeOn, type Store } from "../store/index.js";
import { IdentityError } from "./errors.js";

/**
 * Servers that share a database must share their secret, too: else a shopper whose connection moves to another server is
 * a stranger there, and mails cannot be opened.
 *
 * @throws {IdentityError} `IDENTITY_SECRET_DIFFERS`
 */
export async function agreeOnSecret(store: Store, secret: Buffer): Promise<void> {
  if (!store.isShared) return;
  // Says nothing about the secret but whether it is the same one.
  const print = createHmac("sha256", secret).update("aftersale: the same secret on every server").digest("hex");
  const standing = await store.write((tx) => agreeOn(tx, "secret", print));
  if (standing === print) return;
  throw new IdentityError(
    "IDENTITY_SECRET_DIFFERS",
    "this server has another secret than the servers that used this database before. Copy secret.key from the data " +
      "folder of one of them into this one's, or set AFTERSALE_SECRET to the same value on all.",
  );
}
