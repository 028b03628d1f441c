/** Sentence encoder, nearest-neighbour index and classifier: from what a shopper wrote to what is wanted. */
export { DEFAULT_CACHE_DIR } from "./cache-files.js";
export type { Classification } from "./classification.js";
export { type Classifier, type ClassifierOptions, openClassifier } from "./classify.js";
export { type ClassifyOptions, type CliStreams, type EvalOptions, runClassify, runEval } from "./cli.js";
export { type Encoder, type EncoderOptions, openEncoder } from "./encode.js";
export {
  EMBEDDING_ERROR_CODES,
  EncoderBusyError,
  EncoderClosedError,
  EncoderFailedError,
  IntentsInvalidError,
  ModelFileDamagedError,
  ModelFileMissingError,
} from "./errors.js";
export { type Comparison, mcNemar } from "./eval-compare.js";
export { type Judged, type Metrics, metricsOf } from "./eval-metrics.js";
export type { EvalError, EvalReport } from "./eval-report.js";
export { type BadRow, type EvalRow, readRows } from "./eval-rows.js";
export { judgeAll, rememberVectors, type Trained, trainOn } from "./eval-run.js";
export { type IndexSource, openIndex } from "./index-cached.js";
export { exactIndex, type Neighbour, type NeighbourIndex } from "./index-exact.js";
export {
  type Intent,
  IntentFile,
  type LoadedIntents,
  loadIntents,
  OUT_OF_SCOPE,
  type Utterance,
} from "./intents-load.js";
export type { Log } from "./log.js";
export {
  type Compared as ComparedMessages,
  type Decided,
  findMoves,
  type Moved,
  type Moves,
  type MovesOptions,
} from "./moved.js";
export { embedAll } from "./vector-store.js";
