/**
 * Simulated time. Everything that happens is an event in one queue, in the order of its time; between two events the
 * process comes to rest. Two runs with one seed therefore do the same in the same order, to the byte.
 */

interface Event {
  readonly at: number;
  readonly order: number;
  readonly what: string;
  readonly run: () => void | Promise<void>;
  canceled: boolean;
}

/** 10 March 2026, 12:00 UTC. */
const BEGINS = Date.UTC(2026, 2, 10, 12);

export class Engine {
  /** Milliseconds since the run began. */
  at = 0;
  /** How often an event has run: two things with the same number happen in the same turn of the event loop. */
  step = 0;
  /** What a clock on the wall says more than time has passed: it was set forward. */
  private ahead = 0;
  private heap: Event[] = [];
  private order = 0;
  private activity = 0;
  private busy = 0;
  /** A bug in the harness or in the server that no caller heard of. */
  readonly broken: unknown[] = [];

  constructor(private readonly note: ((line: string) => void) | undefined) {}

  /** Milliseconds since 1970, as the clock on the wall has it. */
  get wall(): number {
    return BEGINS + this.at + this.ahead;
  }

  jump(ms: number): void {
    this.ahead += ms;
  }

  /** A line of the event log; the text is only made when somebody reads it. */
  log(text: () => string): void {
    this.note?.(`${(this.at / 1_000).toFixed(3).padStart(9)} ${text()}`);
  }

  /** @returns takes it back */
  after(ms: number, what: string, run: () => void | Promise<void>): () => void {
    this.activity += 1;
    const event: Event = { at: this.at + Math.max(0, ms), order: this.order++, what, run, canceled: false };
    push(this.heap, event);
    return () => {
      event.canceled = true;
    };
  }

  /** Real work (a query) that belongs to the event under way: the next one waits for its end. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.busy += 1;
    try {
      return await work();
    } finally {
      this.busy -= 1;
      this.activity += 1;
    }
  }

  /** Runs events until there are none, or `until` has come. @returns false when `until` came first */
  async run(until: number): Promise<boolean> {
    for (;;) {
      const event = this.heap[0];
      if (event === undefined) return true;
      if (event.at > until) {
        this.at = until;
        return false;
      }
      pop(this.heap);
      if (event.canceled) continue;
      this.at = event.at;
      this.step += 1;
      try {
        const ran = event.run();
        if (ran !== undefined) this.during(() => ran).catch((error: unknown) => this.broken.push(error));
      } catch (error) {
        this.broken.push(error);
      }
      await this.rest();
    }
  }

  /** Until promises and queries that the last event set going have come to an end. */
  private async rest(): Promise<void> {
    for (;;) {
      const before = this.activity;
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (this.busy === 0 && this.activity === before) return;
    }
  }
}

function isBefore(one: Event, other: Event): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

function push(heap: Event[], event: Event): void {
  heap.push(event);
  let at = heap.length - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    if (!isBefore(heap[at] as Event, heap[above] as Event)) return;
    swap(heap, at, above);
    at = above;
  }
}

function pop(heap: Event[]): void {
  const last = heap.pop() as Event;
  if (heap.length === 0) return;
  heap[0] = last;
  for (let at = 0; ; ) {
    const left = at * 2 + 1;
    let least = at;
    for (const below of [left, left + 1])
      if (below < heap.length && isBefore(heap[below] as Event, heap[least] as Event)) least = below;
    if (least === at) return;
    swap(heap, at, least);
    at = least;
  }
}

function swap(heap: Event[], one: number, other: number): void {
  const kept = heap[one] as Event;
  heap[one] = heap[other] as Event;
  heap[other] = kept;
}
