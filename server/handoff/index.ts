/** A person takes over, with the whole story. */
export { buildPayload, type Handover } from "./payload.js";
