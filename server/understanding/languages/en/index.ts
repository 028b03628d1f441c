import type { Language } from "../language.js";
import { choice, unknown, yesNo } from "./answers.js";
import { numbers } from "./numbers.js";
import { signals } from "./signals.js";
import { things } from "./things.js";

export const english: Language = { code: "en", yesNo, unknown, choice, numbers, signals, things, wishes: [] };
