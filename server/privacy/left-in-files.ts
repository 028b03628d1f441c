import { open } from "node:fs/promises";

const CHUNK = 1024 * 1024;

/**
 * How often a text stands in a file's bytes, in whatever case: what a thief with the disk would find.
 *
 * @param text ASCII, as addresses are
 * @returns 0 also for a file that is not there
 */
export async function bytesIn(file: string, text: string): Promise<number> {
  const wanted = Buffer.from(text.toLowerCase(), "latin1");
  const handle = await open(file, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (handle === undefined) return 0;
  try {
    let found = 0;
    // The end of a chunk is looked at again with the next one: the text may stand across the two.
    let carried = Buffer.alloc(0);
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(CHUNK), 0, CHUNK);
      if (bytesRead === 0) return found;
      const seen = Buffer.concat([carried, lowered(buffer.subarray(0, bytesRead))]);
      let at = seen.indexOf(wanted);
      while (at !== -1) {
        found += 1;
        at = seen.indexOf(wanted, at + 1);
      }
      carried = seen.subarray(Math.max(0, seen.length - wanted.length + 1));
    }
  } finally {
    await handle.close();
  }
}

function lowered(bytes: Buffer): Buffer {
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    if (byte >= 65 && byte <= 90) bytes[at] = byte + 32;
  }
  return bytes;
}
