/** Opens what a server has stored, for a short command of an administrator, whether the server runs or not. */
import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { databaseOf, dataDirOf, sharedSecretOf } from "../config.js";
import { createIdentity, type Identity, loadOrCreateSecret } from "../identity/index.js";
import { systemPorts } from "../ports/index.js";
import { PROJECT } from "../shop-files.js";
import { openStore, type Store } from "../store/index.js";

export interface DataOptions {
  /** The folder of the database and the secret; the server's own by default. */
  readonly data?: string;
}

export interface Data {
  readonly store: Store;
  readonly identity: Identity;
  /** The files that what is stored may stand in; none where they are a database server's. */
  readonly files: readonly string[];
  /** Whoever runs the command, by number: the audit log holds no names. */
  readonly by: string;
}

/** A command about what is stored must not make an empty database and report that nothing is in it. */
export class NoDataError extends Error {
  override readonly name = "NoDataError";
  readonly code = "STORE_NOT_HERE";
  constructor(readonly folder: string) {
    super(
      `${folder}: no database is here. Name the folder that the server stores its data in, with --data FOLDER or AFTERSALE_DATA.`,
    );
  }
}

/** @throws {NoDataError} */
export async function withData<T>({ data }: DataOptions, work: (data: Data) => Promise<T>): Promise<T> {
  const folder = data ?? dataDirOf(PROJECT);
  // A folder that is named is meant, whatever the environment says.
  const { databaseUrl } = data === undefined ? databaseOf() : {};
  const file = join(folder, "aftersale.db");
  if (databaseUrl === undefined && !existsSync(file)) throw new NoDataError(folder);
  const store = await openStore({ url: databaseUrl ?? file, beside: true });
  try {
    const secret = sharedSecretOf().sharedSecret ?? loadOrCreateSecret(folder);
    const identity = createIdentity({ ports: systemPorts, secret, shop: { botId: "", name: "" } });
    return await work({
      store,
      identity,
      files: databaseUrl === undefined ? [file, `${file}-wal`, `${file}-shm`] : [],
      by: `uid:${userInfo().uid}`,
    });
  } finally {
    await store.close();
  }
}
