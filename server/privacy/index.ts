/** What is kept of one customer: handed out, or forgotten. */
export { type Erased, type EraseRooms, eraseCustomer } from "./erase.js";
export { type CustomerExport, type ExportRooms, exportCustomer } from "./export.js";
export { bytesIn } from "./left-in-files.js";
export { forgetDaily, forgetOld, type Retention, type RetentionRooms } from "./retention.js";
