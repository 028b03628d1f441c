/** Who is asking, and how sure we are: levels, one-time codes, storefront tokens, conversation secrets, the mails. */
export { redactCards } from "./cards.js";
export { type CodeMail, type CodeMailFacts, type CodePurpose, englishCodeMail } from "./code-mail.js";
export {
  type CheckCode,
  type CheckedCode,
  type CodeLimits,
  defaultCodeLimits,
  type SendCode,
  type SentCode,
} from "./codes.js";
export { IdentityError } from "./errors.js";
export { createIdentity, type Identity, type IdentityOptions } from "./identity.js";
export { includes, LEVELS, type Level } from "./levels.js";
export { type Mailer, type MailerOptions, startMailer } from "./mailer.js";
export type { OutgoingMail } from "./outbox.js";
export { agreeOnSecret } from "./same-secret.js";
export { loadOrCreateSecret } from "./secret-file.js";
export { signStorefrontToken, type TokenAnswer, type TokenKey, type TokenReason } from "./storefront-token.js";
