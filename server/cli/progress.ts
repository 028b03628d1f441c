import { Presets, SingleBar } from "cli-progress";

/** A bar on a terminal; elsewhere a line at the beginning and at the end. */
export function progress(stream: NodeJS.WriteStream, title: string): (done: number, total: number) => void {
  let bar: SingleBar | undefined;
  let begun = 0;
  return (done, total) => {
    if (begun === 0) {
      begun = performance.now();
      if (stream.isTTY) {
        bar = new SingleBar(
          { stream, format: `${title} {bar} {value}/{total}`, hideCursor: true },
          Presets.shades_classic,
        );
        bar.start(total, done);
      } else stream.write(`… ${title} (${total})\n`);
    }
    bar?.update(done);
    if (done < total) return;
    bar?.stop();
    if (bar === undefined) stream.write(`  done in ${((performance.now() - begun) / 1000).toFixed(1)} s\n`);
  };
}
