import type { Clock } from "../../ports/index.js";

interface Alarm {
  readonly at: number;
  readonly callback: () => void;
}

/** Time that moves only when told to: pauses for people cost nothing, and days pass in no time. */
export class MakeBelieveClock implements Clock {
  private alarms: Alarm[] = [];

  constructor(private at: number) {}

  now(): number {
    return this.at;
  }

  after(afterMs: number, callback: () => void): () => void {
    const alarm = { at: this.at + Math.max(0, afterMs), callback };
    this.alarms.push(alarm);
    return () => {
      this.alarms = this.alarms.filter((other) => other !== alarm);
    };
  }

  pause(): Promise<void> {
    return Promise.resolve();
  }

  /** Lets `ms` pass; each alarm rings at its own time, and what it sets off is `settled` before the next. */
  async pass(ms: number, settled: () => Promise<void>): Promise<void> {
    const end = this.at + ms;
    for (;;) {
      const next = this.alarms.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.alarms = this.alarms.filter((alarm) => alarm !== next);
      this.at = Math.max(this.at, next.at);
      next.callback();
      await settled();
    }
    this.at = end;
    await settled();
  }
}
