/** A person takes over, with the whole story. */

export { Hours, nextOpening } from "./hours.js";
export { buildPayload, type Handover } from "./payload.js";
