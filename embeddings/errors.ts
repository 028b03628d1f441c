/**
 * What can keep understanding from working. Each error says which file or limit it is about and what to do; `code` is
 * stable and never reused.
 */

import { formatProblem, type Problem } from "../server/problems/index.js";

export const EMBEDDING_ERROR_CODES = [
  "MODEL_FILE_MISSING",
  "MODEL_FILE_DAMAGED",
  "ENCODER_FAILED",
  "ENCODER_BUSY",
  "ENCODER_CLOSED",
  "INTENTS_INVALID",
] as const;

export type EmbeddingErrorCode = (typeof EMBEDDING_ERROR_CODES)[number];

export class ModelFileMissingError extends Error {
  override readonly name = "ModelFileMissingError";
  readonly code = "MODEL_FILE_MISSING";
  constructor(readonly file: string) {
    super(
      `The sentence encoder cannot be loaded: ${file} is missing. ` +
        "Restore embeddings/model/ from the repository (git checkout -- embeddings/model).",
    );
  }
}

export class ModelFileDamagedError extends Error {
  override readonly name = "ModelFileDamagedError";
  readonly code = "MODEL_FILE_DAMAGED";
  constructor(
    readonly file: string,
    found: string,
    expected: string,
  ) {
    super(
      `The sentence encoder cannot be loaded: ${file} is damaged or was replaced (found ${found}, expected ${expected}). ` +
        "Restore it from the repository (git checkout -- embeddings/model). " +
        "If the model was changed on purpose, update checksums.json beside it.",
    );
  }
}

/** The encoder could not start, or stopped twice on the same text. Trying again later may help. */
export class EncoderFailedError extends Error {
  override readonly name = "EncoderFailedError";
  readonly code = "ENCODER_FAILED";
  constructor(reason: string, options?: ErrorOptions) {
    super(`The sentence encoder failed: ${reason}`, options);
  }
}

/** More texts are waiting than the encoder takes. The text was not looked at; try again in a moment. */
export class EncoderBusyError extends Error {
  override readonly name = "EncoderBusyError";
  readonly code = "ENCODER_BUSY";
  constructor(readonly waiting: number) {
    super(`The sentence encoder is busy: ${waiting} texts are waiting already. Try again in a moment.`);
  }
}

export class EncoderClosedError extends Error {
  override readonly name = "EncoderClosedError";
  readonly code = "ENCODER_CLOSED";
  constructor() {
    super("The sentence encoder was closed. Open a new one with openEncoder().");
  }
}

/** The folder of intents has errors; `problems` lists all of them, each with its fix. */
export class IntentsInvalidError extends Error {
  override readonly name = "IntentsInvalidError";
  readonly code = "INTENTS_INVALID";
  constructor(readonly problems: readonly Problem[]) {
    super(`The intents cannot be used:\n${problems.map(formatProblem).join("\n")}`);
  }
}
