/** The part of a pino logger that this room uses. */
export interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}
