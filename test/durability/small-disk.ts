/**
 * A disk that can be filled and emptied: a small file system of its own in memory where this user may mount one; else
 * files that this process may not let grow, which the kernel refuses much like a disk without room (`EFBIG`).
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SmallDisk {
  readonly kind: "a file system of its own" | "files that may not grow";
  readonly folder: string;
  /** Leaves no room for anything. At once: nothing else of this process runs meanwhile. */
  fill(): void;
  free(): void;
  remove(): void;
}

const BYTES = 12 * 1_048_576;

export function smallDisk(): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), "aftersale-small-disk-"));
  return mounted(folder) ? ownFileSystem(folder) : limitedFiles(folder);
}

function mounted(folder: string): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${BYTES},mode=700`, "aftersale-test", folder], {
      stdio: "ignore",
    });
    return true;
  } catch {
    return false;
  }
}

function ownFileSystem(folder: string): SmallDisk {
  const ballast = join(folder, "ballast");
  return {
    kind: "a file system of its own",
    folder,
    fill() {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(ballast, Buffer.alloc(bavail * bsize));
    },
    free: () => rmSync(ballast),
    remove() {
      execFileSync("umount", ["-l", folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function limitedFiles(folder: string): SmallDisk {
  const limit = (bytes: string): void => {
    try {
      execFileSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:`], { stdio: "ignore" });
    } catch (cause) {
      const how = "run it as root on Linux, or install util-linux, whose prlimit needs no rights";
      throw new Error(`This machine offers no way to fill a disk for a test: ${how}.`, { cause });
    }
  };
  return {
    kind: "files that may not grow",
    folder,
    fill: () => limit("1"),
    free: () => limit("unlimited"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
