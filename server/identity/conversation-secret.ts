import { equalSecrets, type Keys, sign } from "./keys.js";

/** Proves that a browser is the one that began a conversation. Nothing is stored: it follows from the server's secret. */
export interface ConversationSecrets {
  /** 43 URL-safe characters, 256 bits. */
  issueConversationSecret(conversation: string): string;
  checkConversationSecret(conversation: string, secret: string): boolean;
}

export function conversationSecrets(keys: Keys): ConversationSecrets {
  const issue = (conversation: string): string => sign(keys("conversation"), conversation);
  return {
    issueConversationSecret: issue,
    checkConversationSecret: (conversation, secret) => equalSecrets(issue(conversation), secret),
  };
}
