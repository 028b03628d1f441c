import { open } from "node:fs/promises";

/**
 * Takes tickets out of a desk's file by writing blanks over them, so that neither their bytes stay on the disk nor a
 * ticket that is filed meanwhile gets lost, as both could where the file is written anew.
 *
 * @param those ids of tickets, and texts (such as an address, in whatever case) that a ticket must not have
 * @returns how many there were; 0 when there is no such file
 */
export async function eraseTickets(
  path: string,
  those: { readonly ids: readonly string[]; readonly texts: readonly string[] },
): Promise<number> {
  const file = await open(path, "r+").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (file === undefined) return 0;
  const ids = those.ids.map((id) => JSON.stringify(id));
  const texts = those.texts.map((text) => text.toLowerCase());
  try {
    const bytes = await file.readFile();
    let erased = 0;
    for (let begin = 0; begin < bytes.length; ) {
      const newline = bytes.indexOf(0x0a, begin);
      const end = newline === -1 ? bytes.length : newline;
      const line = bytes.toString("utf8", begin, end);
      const lower = line.toLowerCase();
      if (ids.some((id) => line.includes(`"id":${id}`)) || texts.some((text) => lower.includes(text))) {
        await file.write(Buffer.alloc(end - begin, 0x20), 0, end - begin, begin);
        erased += 1;
      }
      begin = end + 1;
    }
    await file.datasync();
    return erased;
  } finally {
    await file.close();
  }
}
