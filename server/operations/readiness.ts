/** Whether requests can be served now, and if not, which part is the reason. */

export interface ReadinessParts {
  /** Writes something to disk. Rejects when the store cannot take it. */
  readonly checkStore: () => Promise<unknown>;
  /** Reads a sentence. Rejects when the classifier cannot. */
  readonly checkClassifier: () => Promise<unknown>;
  /** How many policies are in force. */
  readonly policies: () => number;
  /** Milliseconds; for tests. */
  readonly now?: () => number;
  /** A part that needs longer than this for its answer is not ready. Default 2 seconds. */
  readonly patienceMs?: number;
}

export interface ReadinessPart {
  readonly part: "store" | "classifier" | "policies" | "running";
  readonly ready: boolean;
  /** What is wrong, for the person on call; absent when nothing is. */
  readonly why?: string;
}

export interface Readiness {
  /** All parts, each asked at most once a second however often this is called: the page may be open to the world. */
  check(): Promise<readonly ReadinessPart[]>;
  isReady(): Promise<boolean>;
  /** From now on not ready: the server is stopping. */
  drain(): void;
  readonly isDraining: boolean;
}

const ASK_AGAIN_MS = 1_000;
const PATIENCE_MS = 2_000;

export function createReadiness(parts: ReadinessParts): Readiness {
  const { now = () => performance.now(), patienceMs = PATIENCE_MS } = parts;
  let draining = false;
  let asked: { readonly at: number; readonly answer: Promise<ReadinessPart[]> } | undefined;

  async function ask(): Promise<ReadinessPart[]> {
    const policies = parts.policies();
    const [store, classifier] = await Promise.all([
      tried("store", parts.checkStore, patienceMs),
      tried("classifier", parts.checkClassifier, patienceMs),
    ]);
    const inForce: ReadinessPart =
      policies > 0
        ? { part: "policies", ready: true }
        : { part: "policies", ready: false, why: 'no policy is in force: run "npx aftersale check"' };
    return [store, classifier, inForce];
  }

  async function check(): Promise<readonly ReadinessPart[]> {
    if (asked === undefined || now() - asked.at >= ASK_AGAIN_MS) asked = { at: now(), answer: ask() };
    const running: ReadinessPart = draining
      ? { part: "running", ready: false, why: "the server is stopping" }
      : { part: "running", ready: true };
    return [...(await asked.answer), running];
  }

  return {
    check,
    isReady: async () => !draining && (await check()).every(({ ready }) => ready),
    drain: () => {
      draining = true;
    },
    get isDraining() {
      return draining;
    },
  };
}

/** One part's answer. What it threw names the code alone where there is one: its words may hold more than is needed. */
async function tried(part: ReadinessPart["part"], check: () => Promise<unknown>, ms: number): Promise<ReadinessPart> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([check(), late]);
    return { part, ready: true };
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown };
    return { part, ready: false, why: typeof code === "string" ? code : String(message) };
  } finally {
    clearTimeout(timer);
  }
}
