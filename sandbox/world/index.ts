/** The make-believe world behind every vendor simulator: its file, its state, its ledger. */
export { type ParseOptions, parseWorld, parseWorldText } from "./parse.js";
export { FAULT_KINDS, SYSTEMS, type SystemName, WorldFile } from "./schema.js";
export { isWorldTime, resolveTime } from "./times.js";
export {
  type Fault,
  type FaultKind,
  isFailedRefund,
  LEDGER_CATEGORIES,
  type LedgerCategory,
  type LedgerRecord,
  type SystemLedger,
  sameEmail,
  World,
  type WorldClock,
  type WorldCustomer,
  type WorldItem,
  type WorldOrder,
  type WorldProduct,
  type WorldSubscription,
} from "./world.js";
