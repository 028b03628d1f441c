/**
 * The one place where anything lasts: conversations, entries, traces, timers, the effect journal, codes, mails,
 * outcomes. `write` resolves when the data is on disk.
 */

export {
  AUDIT_BEGINS,
  type AuditEvent,
  type AuditRow,
  type AuditVerdict,
  appendAudit,
  latestAudit,
  verifyAudit,
} from "./audit.js";
export { type Backlog, backlogOf } from "./backlog.js";
export { countMailedCodes } from "./code-budget.js";
export type { AddressLimit, StoredCode } from "./codes.js";
export {
  addressLimit,
  countCodes,
  countFailure,
  countTry,
  currentCode,
  forgetFailures,
  insertCode,
  spendCode,
  unlockAddress,
  voidCodes,
} from "./codes.js";
export {
  type Conversation,
  type ConversationChange,
  createConversation,
  findConversation,
  type NewConversation,
  newestOf,
  saveConversation,
} from "./conversations.js";
export { type CopyFacts, copyDatabase, inspectDatabase, replaceDatabase } from "./copies.js";
export type { CommitWatcher } from "./database.js";
export {
  type Effect,
  type EffectChange,
  type EffectStatus,
  effectsOf,
  effectsOfFamily,
  effectsSince,
  findEffect,
  intendEffect,
  moveEffect,
  type NewEffect,
  unsettledEffects,
} from "./effects.js";
export {
  appendEntries,
  appendShopperEntry,
  conversationsWithUntaken,
  entriesAfter,
  markTaken,
  type NewEntry,
  type ShopperUtterance,
  type UntakenEntry,
  untakenEntries,
} from "./entries.js";
export { ClaimLost, ConversationMoved, NoSuchConversation, type StoreErrorCode, StoreUnavailable } from "./errors.js";
export {
  type FileTexts,
  findFileSet,
  type KeptSet,
  keptFileSets,
  lastPublication,
  type Publication,
  publishFileSet,
  rollBackTo,
} from "./file-sets.js";
export {
  dueMails,
  isMailDue,
  MAIL_QUEUED,
  type Mail,
  markMailFailed,
  markMailSent,
  type NewMail,
  nextMailDue,
  postponeMail,
  queueMail,
} from "./mails.js";
export { countOutcomes, type Outcome, type OutcomeCount, recordOutcome } from "./outcomes.js";
export {
  conversationsNaming,
  conversationsOf,
  deleteCodesFor,
  deleteConversation,
  deleteMail,
  deleteOldMails,
  effectsNaming,
  replaceAll,
  replaceInConversation,
  rewriteEffect,
  silentSince,
  waitingMails,
} from "./privacy.js";
export { type RecordedMessage, recordedMessages } from "./recorded-messages.js";
export { announce } from "./scoped-tx.js";
export { agreeOn } from "./shared.js";
export { openStore, type Store, type StoreOptions, type WriteOptions } from "./store.js";
export type { Tx } from "./tables.js";
export { clearTimer, dueTimers, nextDue, setTimer, type Timer, timersOf } from "./timers.js";
export { appendTrace, type StoredTraceLine, type TraceLine, traceOf } from "./traces.js";
export { conversationOfTicket, takeWebhook } from "./webhooks.js";
