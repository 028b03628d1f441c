/** The vectors of the texts that were asked for last; the one not asked for longest goes first. */
export class VectorCache {
  private readonly vectors = new Map<string, Float32Array>();

  constructor(private readonly capacity: number) {}

  get(text: string): Float32Array | undefined {
    const vector = this.vectors.get(text);
    if (vector !== undefined) {
      // A Map keeps the order of insertion: put back, it counts as newest.
      this.vectors.delete(text);
      this.vectors.set(text, vector);
    }
    return vector;
  }

  set(text: string, vector: Float32Array): void {
    this.vectors.set(text, vector);
    if (this.vectors.size <= this.capacity) return;
    const { value: oldest } = this.vectors.keys().next();
    if (oldest !== undefined) this.vectors.delete(oldest);
  }
}
