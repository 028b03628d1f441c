/** Conversations: inbox, turns, outbox, timers, recovery. */
export { type Conversations, type ConversationsOptions, createConversations, type Proven } from "./conversations.js";
export type { Listener, Watcher } from "./listeners.js";
export type { Told } from "./told.js";
export type { FilesOfTurn, TurnRooms } from "./turn.js";
