import { StoreUnavailable } from "../errors.js";

export interface PostgresAddress {
  /** As it was written, password included: for connecting and nothing else. */
  readonly url: string;
  /** The same to be read by people: without password and options. */
  readonly place: string;
}

export function isPostgres(url: string): boolean {
  return /^postgres(ql)?:/i.test(url);
}

/** @throws {StoreUnavailable} `STORE_ADDRESS`; never with the address in it, which may hold a password */
export function parsePostgresAddress(url: string): PostgresAddress {
  const wanted =
    "Write postgres://user:password@host:5432/database, with %-escapes for signs such as @ or / in the password.";
  if (!URL.canParse(url)) throw new StoreUnavailable("STORE_ADDRESS", `the database address cannot be read. ${wanted}`);
  const { hostname, port, pathname, username, protocol } = new URL(url);
  if (!isPostgres(protocol) || pathname.length < 2) {
    throw new StoreUnavailable("STORE_ADDRESS", `the database address names no database. ${wanted}`);
  }
  const host = hostname === "" ? "localhost" : hostname;
  const who = username === "" ? "" : `${decodeURIComponent(username)}@`;
  return { url, place: `postgres://${who}${host}:${port === "" ? "5432" : port}${pathname}` };
}
