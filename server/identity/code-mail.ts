/** What the mail with a one-time code says. */
export interface CodeMailFacts {
  readonly code: string;
  readonly minutes: number;
  readonly shopName: string;
  readonly purpose: CodePurpose;
  /** For a step-up: what exactly the code allows, in words. */
  readonly allows?: string;
  /** The shopper's language, BCP 47; the shop's, where it is not known. */
  readonly locale?: string;
}

/** `verify` proves who somebody is; `step_up` allows one effect, amount and destination. */
export type CodePurpose = "verify" | "step_up";

export type CodeMail = (facts: CodeMailFacts) => { readonly subject: string; readonly text: string };

/** The code is not in the subject: subjects show on locked screens and in mail logs. */
export const englishCodeMail: CodeMail = ({ code, minutes, shopName, allows }) => ({
  subject: `Your code for the ${shopName} chat`,
  text: [
    allows === undefined
      ? `Somebody in the ${shopName} chat wants to see your orders. If that is you, enter this code there:`
      : `Somebody in the ${shopName} chat asks for this: ${allows} If that is you, enter this code there:`,
    code,
    `It works once, for ${minutes} minutes. If it was not you, do nothing: without the code nothing happens.`,
  ].join("\n\n"),
});
