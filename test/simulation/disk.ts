/** The disk of the simulated machine: a real SQLite file that outlives every crash. On memory where the system has it. */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { openStore, type Store } from "../../server/store/index.js";

export class Disk {
  store!: Store;
  /** For looking on without a turn of the event loop. */
  private watching: Sqlite.Database | undefined;

  private constructor(private readonly file: string) {}

  static async create(from: Disks): Promise<Disk> {
    const file = from.next();
    const disk = new Disk(file);
    await disk.reopen();
    disk.watching = new Sqlite(file, { readonly: true });
    return disk;
  }

  /** As a process that starts after a crash finds it. */
  async reopen(): Promise<void> {
    await this.store?.close({ drain: false });
    this.store = await openStore({ url: this.file });
  }

  rows<T>(query: string, ...values: unknown[]): T[] {
    return this.watching?.prepare(query).all(...values) as T[];
  }

  async remove(): Promise<void> {
    this.watching?.close();
    await this.store.close({ drain: false });
    for (const end of ["", "-wal", "-shm", ".lock"]) rmSync(`${this.file}${end}`, { force: true });
  }
}

/** New disks by the thousand: each is a copy of an empty one. */
export class Disks {
  private made = 0;

  private constructor(private readonly folder: string) {}

  static async prepare(): Promise<Disks> {
    const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "aftersale-simulation-"));
    const disks = new Disks(folder);
    const store = await openStore({ url: disks.empty });
    await store.close();
    return disks;
  }

  private get empty(): string {
    return join(this.folder, "empty.db");
  }

  next(): string {
    this.made += 1;
    const file = join(this.folder, `${this.made}.db`);
    copyFileSync(this.empty, file);
    return file;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
