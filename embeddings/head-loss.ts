import type { Row, TrainOptions } from "./head-train.js";

/** Vectors are taken four at a time: what is read of the weights then serves four rows. */
const AT_ONCE = 4;

/** All rows' vectors of one block, filled up with zeros to a multiple of four, and whose they are. */
interface Block {
  readonly vectors: readonly Float32Array[];
  readonly rows: Int32Array;
}

/**
 * What training lowers: the mean log loss of the rows, weighted, plus `l2 / 2` times the weights' squares. Training spends its time here,
 * so that the loops are written for speed: dense weights are turned to lie by class, and two classes of four rows go together.
 */
export class HeadLoss {
  private readonly blocks: readonly Block[];
  private readonly total: number;
  /** Classes, made even. */
  private readonly stride: number;
  /** `[row][class]`, and one row more for what fills up. First scores, then what is wrong with them. */
  private readonly table: Float64Array;
  /** Weights and gradient of one block, `[class][number]`. */
  private readonly turned: Float64Array;

  constructor(
    private readonly rows: readonly Row[],
    private readonly labels: Int32Array,
    private readonly rowWeights: Float32Array,
    private readonly options: TrainOptions,
  ) {
    const { classes, blockSize, blockCount } = options;
    this.stride = classes + (classes % 2);
    this.table = new Float64Array((rows.length + 1) * this.stride);
    this.turned = new Float64Array(this.stride * blockSize);
    this.total = rowWeights.reduce((sum, weight) => sum + weight, 0);
    this.blocks = Array.from({ length: blockCount }, (_, b) => blockOf(rows, b, blockSize));
  }

  /** The loss at these weights; its gradient is put into `gradient`. */
  at(weights: Float32Array, gradient: Float32Array): number {
    const { classes, l2 } = this.options;
    const bias = weights.length - classes;
    let squares = 0;
    for (let i = 0; i < bias; i++) {
      const weight = weights[i] as number;
      squares += weight * weight;
      gradient[i] = l2 * weight;
    }
    gradient.fill(0, bias);
    this.scoreSparse(weights);
    for (const b of this.blocks.keys()) this.scoreBlock(b, weights);
    const loss = this.toResiduals();
    for (const b of this.blocks.keys()) this.collectBlock(b, gradient);
    this.collectSparse(gradient);
    return loss + (l2 / 2) * squares;
  }

  /** Begins each row's scores: biases and n-grams. */
  private scoreSparse(weights: Float32Array): void {
    const { classes, blockSize, blockCount } = this.options;
    const { table, stride } = this;
    const start = blockCount * blockSize;
    const bias = weights.length - classes;
    for (let i = 0; i < this.rows.length; i++) {
      const { sparse } = this.rows[i] as Row;
      const to = i * stride;
      for (let c = 0; c < classes; c++) table[to + c] = weights[bias + c] as number;
      const { at, values } = sparse;
      const whole = at.length - (at.length % AT_ONCE);
      for (let k = 0; k < whole; k += AT_ONCE) {
        const v0 = values[k] as number;
        const v1 = values[k + 1] as number;
        const v2 = values[k + 2] as number;
        const v3 = values[k + 3] as number;
        let w0 = (start + (at[k] as number)) * classes;
        let w1 = (start + (at[k + 1] as number)) * classes;
        let w2 = (start + (at[k + 2] as number)) * classes;
        let w3 = (start + (at[k + 3] as number)) * classes;
        for (let c = to; c < to + classes; c++, w0++, w1++, w2++, w3++) {
          const two = v0 * (weights[w0] as number) + v1 * (weights[w1] as number);
          table[c] = (table[c] as number) + two + (v2 * (weights[w2] as number) + v3 * (weights[w3] as number));
        }
      }
      for (let k = whole; k < at.length; k++) {
        const value = values[k] as number;
        let w = (start + (at[k] as number)) * classes;
        for (let c = to; c < to + classes; c++, w++) table[c] = (table[c] as number) + value * (weights[w] as number);
      }
    }
  }

  private scoreBlock(b: number, weights: Float32Array): void {
    const { classes, blockSize } = this.options;
    const { table, stride, turned } = this;
    const { vectors, rows } = this.blocks[b] as Block;
    const start = b * blockSize * classes;
    for (let j = 0; j < blockSize; j++)
      for (let c = 0; c < classes; c++) turned[c * blockSize + j] = weights[start + j * classes + c] as number;
    for (let i = 0; i < vectors.length; i += AT_ONCE) {
      const [x0, x1, x2, x3] = fourFrom(vectors, i);
      for (let c = 0; c < stride; c += 2) {
        const w = c * blockSize;
        const v = w + blockSize;
        let a0 = 0;
        let a1 = 0;
        let a2 = 0;
        let a3 = 0;
        let b0 = 0;
        let b1 = 0;
        let b2 = 0;
        let b3 = 0;
        for (let j = 0; j < blockSize; j++) {
          const one = turned[w + j] as number;
          const other = turned[v + j] as number;
          const y0 = x0[j] as number;
          const y1 = x1[j] as number;
          const y2 = x2[j] as number;
          const y3 = x3[j] as number;
          a0 += y0 * one;
          b0 += y0 * other;
          a1 += y1 * one;
          b1 += y1 * other;
          a2 += y2 * one;
          b2 += y2 * other;
          a3 += y3 * one;
          b3 += y3 * other;
        }
        this.add((rows[i] as number) * stride + c, a0, b0);
        this.add((rows[i + 1] as number) * stride + c, a1, b1);
        this.add((rows[i + 2] as number) * stride + c, a2, b2);
        this.add((rows[i + 3] as number) * stride + c, a3, b3);
      }
    }
    table.fill(0, this.rows.length * stride);
  }

  private add(at: number, one: number, other: number): void {
    const { table } = this;
    table[at] = (table[at] as number) + one;
    table[at + 1] = (table[at + 1] as number) + other;
  }

  /** Scores become what each row asks of its classes' weights; the mean log loss is what comes out. */
  private toResiduals(): number {
    const { classes } = this.options;
    const { table, stride } = this;
    let loss = 0;
    for (let i = 0; i < this.rows.length; i++) {
      const at = i * stride;
      const share = (this.rowWeights[i] as number) / this.total;
      const label = this.labels[i] as number;
      let highest = Number.NEGATIVE_INFINITY;
      for (let c = 0; c < classes; c++) if ((table[at + c] as number) > highest) highest = table[at + c] as number;
      let sum = 0;
      for (let c = 0; c < classes; c++) sum += Math.exp((table[at + c] as number) - highest);
      const logSum = highest + Math.log(sum);
      loss += share * (logSum - (table[at + label] as number));
      for (let c = 0; c < classes; c++) {
        table[at + c] = share * (Math.exp((table[at + c] as number) - logSum) - (c === label ? 1 : 0));
      }
      if (classes < stride) table[at + classes] = 0;
    }
    return loss;
  }

  private collectBlock(b: number, gradient: Float32Array): void {
    const { classes, blockSize } = this.options;
    const { table, stride, turned } = this;
    const { vectors, rows } = this.blocks[b] as Block;
    turned.fill(0);
    for (let i = 0; i < vectors.length; i += AT_ONCE) {
      const [x0, x1, x2, x3] = fourFrom(vectors, i);
      const r0 = (rows[i] as number) * stride;
      const r1 = (rows[i + 1] as number) * stride;
      const r2 = (rows[i + 2] as number) * stride;
      const r3 = (rows[i + 3] as number) * stride;
      for (let c = 0; c < stride; c += 2) {
        const w = c * blockSize;
        const v = w + blockSize;
        const a0 = table[r0 + c] as number;
        const a1 = table[r1 + c] as number;
        const a2 = table[r2 + c] as number;
        const a3 = table[r3 + c] as number;
        const b0 = table[r0 + c + 1] as number;
        const b1 = table[r1 + c + 1] as number;
        const b2 = table[r2 + c + 1] as number;
        const b3 = table[r3 + c + 1] as number;
        for (let j = 0; j < blockSize; j++) {
          const y0 = x0[j] as number;
          const y1 = x1[j] as number;
          const y2 = x2[j] as number;
          const y3 = x3[j] as number;
          turned[w + j] = (turned[w + j] as number) + (a0 * y0 + a1 * y1 + (a2 * y2 + a3 * y3));
          turned[v + j] = (turned[v + j] as number) + (b0 * y0 + b1 * y1 + (b2 * y2 + b3 * y3));
        }
      }
    }
    const start = b * blockSize * classes;
    for (let j = 0; j < blockSize; j++) {
      for (let c = 0; c < classes; c++) {
        const g = start + j * classes + c;
        gradient[g] = (gradient[g] as number) + (turned[c * blockSize + j] as number);
      }
    }
  }

  private collectSparse(gradient: Float32Array): void {
    const { classes, blockSize, blockCount } = this.options;
    const { table, stride } = this;
    const start = blockCount * blockSize;
    const bias = gradient.length - classes;
    const residual = new Float64Array(classes);
    for (let i = 0; i < this.rows.length; i++) {
      const { sparse } = this.rows[i] as Row;
      for (let c = 0; c < classes; c++) {
        residual[c] = table[i * stride + c] as number;
        gradient[bias + c] = (gradient[bias + c] as number) + (residual[c] as number);
      }
      const { at, values } = sparse;
      for (let k = 0; k < at.length; k++) {
        const value = values[k] as number;
        let g = (start + (at[k] as number)) * classes;
        for (let c = 0; c < classes; c++, g++) gradient[g] = (gradient[g] as number) + value * (residual[c] as number);
      }
    }
  }
}

function blockOf(rows: readonly Row[], b: number, blockSize: number): Block {
  const vectors: Float32Array[] = [];
  const owners: number[] = [];
  for (const [i, { blocks }] of rows.entries()) {
    const vector = blocks[b];
    if (vector === undefined) continue;
    vectors.push(vector);
    owners.push(i);
  }
  const nothing = new Float32Array(blockSize);
  while (vectors.length % AT_ONCE !== 0) {
    vectors.push(nothing);
    owners.push(rows.length);
  }
  return { vectors, rows: Int32Array.from(owners) };
}

type Four = readonly [Float32Array, Float32Array, Float32Array, Float32Array];

function fourFrom(vectors: readonly Float32Array[], i: number): Four {
  return vectors.slice(i, i + AT_ONCE) as unknown as Four;
}
