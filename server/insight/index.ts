/** What conversations came to. */
export { outcomesOfLastDays } from "./outcomes.js";
