import type { Clock } from "../ports/index.js";
import { dueTimers, nextDue, type Store, setTimer, type Timer, timersOf } from "../store/index.js";

export interface TimersOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Deals with a timer, and clears or moves it in the work that does. */
  fire(timer: Timer): Promise<void>;
  failed(timer: Timer, error: unknown): void;
}

/** How long a timer whose work failed is put off: without a pause it would fail again at once, for ever. */
const PUT_OFF_MS = [1_000, 5_000, 30_000, 120_000];

/** Timers lie in the store and outlive a restart; the alarm for the next one does not need to. */
export class Timers {
  #alarmAt = Number.POSITIVE_INFINITY;
  #cancelAlarm: (() => void) | undefined;
  #closed = false;
  readonly #firing = new Set<string>();
  /** How often in a row the work of a timer has failed. */
  readonly #failures = new Map<string, number>();

  constructor(private readonly options: TimersOptions) {}

  /** To be told of each timer that is set: the alarm rings then, or earlier. */
  wakeBy(dueAt: number): void {
    if (this.#closed || dueAt >= this.#alarmAt) return;
    this.#cancelAlarm?.();
    this.#alarmAt = dueAt;
    const { clock } = this.options;
    this.#cancelAlarm = clock.after(Math.max(0, dueAt - clock.now()), () => void this.fireDue());
  }

  /** Fires all that are due now; never throws. */
  async fireDue(): Promise<void> {
    this.#cancelAlarm?.();
    this.#alarmAt = Number.POSITIVE_INFINITY;
    if (this.#closed) return;
    const { store, clock } = this.options;
    try {
      const timers = await store.read((tx) => dueTimers(tx, clock.now()));
      const fresh = timers.filter((timer) => !this.#firing.has(idOf(timer)));
      await Promise.all(fresh.map((timer) => this.#fire(timer)));
      const due = await store.read((tx) => nextDue(tx));
      if (due !== undefined) this.wakeBy(due);
    } catch {
      // The store cannot be read: whoever needs it more says so.
      this.wakeBy(clock.now() + (PUT_OFF_MS[0] as number));
    }
  }

  close(): void {
    this.#closed = true;
    this.#cancelAlarm?.();
  }

  async #fire(timer: Timer): Promise<void> {
    const id = idOf(timer);
    this.#firing.add(id);
    try {
      await this.options.fire(timer);
      this.#failures.delete(id);
    } catch (error) {
      if (this.#closed) return;
      this.options.failed(timer, error);
      const failures = this.#failures.get(id) ?? 0;
      this.#failures.set(id, failures + 1);
      await this.#putOff(timer, PUT_OFF_MS[Math.min(failures, PUT_OFF_MS.length - 1)] as number);
    } finally {
      this.#firing.delete(id);
    }
  }

  async #putOff(timer: Timer, ms: number): Promise<void> {
    const { store, clock } = this.options;
    await store.write(async (tx) => {
      const standing = (await timersOf(tx, timer.conversation)).find(({ name }) => name === timer.name);
      // Moved or cleared meanwhile: then it is no longer this one.
      if (standing?.dueAt === timer.dueAt) await setTimer(tx, { ...timer, dueAt: clock.now() + ms });
    });
  }
}

function idOf({ conversation, name }: Timer): string {
  return `${conversation} ${name}`;
}
