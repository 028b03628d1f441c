/** A set-up under which nobody's identity could be trusted; the server does not start. */
export class IdentityError extends Error {
  override readonly name = "IdentityError";
  constructor(
    readonly code:
      | "IDENTITY_SECRET_EXPOSED"
      | "IDENTITY_SECRET_DAMAGED"
      | "IDENTITY_SECRET_DIFFERS"
      | "IDENTITY_WEAK_KEY"
      | "IDENTITY_TOO_MANY_KEYS",
    message: string,
  ) {
    super(message);
  }
}
