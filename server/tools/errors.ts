/** Every policy may hand over to a person at any point, so a shop that cannot is not served at all. */
export class NoHelpdeskError extends Error {
  override readonly name = "NoHelpdeskError";
  readonly code = "TOOLS_NO_HELPDESK";
  constructor() {
    super("No connected system can take over from the chat. Connect a helpdesk in shop.json, under connectors.");
  }
}
