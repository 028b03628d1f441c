/** What an utterance means at this point of a conversation, and what comes of it. */
export { hear } from "./hear.js";
