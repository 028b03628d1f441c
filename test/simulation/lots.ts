/** Chance, drawn from a seed: the same seed draws the same lots on every machine. */

export class Lots {
  private state: number;

  constructor(seed: number) {
    this.state = (seed * 0x9e3779b1 + 0x85ebca6b) | 0;
    for (let warm = 0; warm < 4; warm++) this.next();
  }

  /** 0 up to, not including, 1. */
  next(): number {
    // mulberry32: small, fast, and the same everywhere.
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)] as T;
  }

  /** A row of lots of its own, so that more draws here do not change what is drawn there. */
  fork(): Lots {
    return new Lots(Math.floor(this.next() * 4_294_967_296));
  }
}
