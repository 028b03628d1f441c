import { afterAll, beforeAll } from "vitest";
import { storeContract } from "./contract.js";
import { type Postgres, startPostgres } from "./postgres.js";

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.stop());

storeContract("Postgres", () => postgres.freshUrl());
