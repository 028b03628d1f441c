/** Conversations: inbox, turns, outbox, timers, recovery. */
export {
  type Conversations,
  type ConversationsOptions,
  createConversations,
  type Listener,
  type Proven,
  type Watcher,
} from "./conversations.js";
export type { Told } from "./told.js";
export type { TurnRooms } from "./turn.js";
