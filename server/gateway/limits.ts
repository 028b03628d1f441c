export interface GatewayLimits {
  /** Larger frames close the connection. */
  readonly messageBytes: number;
  /** Longer texts are refused with a friendly word. */
  readonly textCharacters: number;
  /** Utterances of one conversation: so many at once, then one each `…EveryMs`. */
  readonly conversationBurst: number;
  readonly conversationEveryMs: number;
  /** An utterance over the limit waits for its turn, if that is not longer than this; else it is refused. */
  readonly longestWaitMs: number;
  /** Utterances from one network (an IPv4 address, an IPv6 /64). */
  readonly networkBurst: number;
  readonly networkEveryMs: number;
  /** New conversations from one network. */
  readonly openingBurst: number;
  readonly openingEveryMs: number;
  readonly socketsPerNetwork: number;
  readonly socketsInAll: number;
  /** Conversations with a turn under way or waiting; above it newcomers wait, and who is there is served. */
  readonly atWorkInAll: number;
  /** The same when the event loop comes so late to things, on average over a second. */
  readonly loopDelayMs: number;
  /** Events of any kind on one socket within 10 seconds; more closes it. */
  readonly eventsPerSocket: number;
  /** Bytes that a client has not taken yet; more closes its connection. It reads the rest after reconnecting. */
  readonly unreadBytes: number;
}

export const defaultGatewayLimits: GatewayLimits = {
  messageBytes: 64 * 1024,
  textCharacters: 4_000,
  conversationBurst: 5,
  conversationEveryMs: 2_000,
  longestWaitMs: 3_000,
  networkBurst: 60,
  networkEveryMs: 200,
  openingBurst: 20,
  openingEveryMs: 3_000,
  socketsPerNetwork: 20,
  socketsInAll: 12_000,
  atWorkInAll: 3_000,
  loopDelayMs: 300,
  eventsPerSocket: 200,
  unreadBytes: 256 * 1024,
};
