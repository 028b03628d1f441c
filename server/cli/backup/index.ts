/** `aftersale backup` and `aftersale restore`: the database of a shop on one machine, whole, to a file and back. */
export { backup } from "./backup.js";
export { restore } from "./restore.js";
