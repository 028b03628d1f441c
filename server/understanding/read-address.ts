import type { Answer } from "./understood.js";

const LEAD_IN =
  /^\s*(?:(?:hi|hello|hey|ok|okay|yes|sure|so|please|pls|thanks|well)[ ,.!]+)*(?:(?:can|could) you (?:please )?)?(?:(?:(?:my|the|our) )?(?:new |correct |right |current |delivery |shipping |full )*address (?:is|should be|would be)[ :]*|(?:please )?(?:send|ship|deliver|change|update|put)(?: (?:it|them|that|everything|the (?:order|package|box)))?(?: over)? to[ :]*|it(?:'s| is|s)[ :]*|i (?:now )?live (?:at|in)[ :]*|i(?:'ve| have)? moved to[ :]*|to[ :]+|address[ :]+)?/iu;
const STREET_WORD =
  /(?<!\p{L})(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|way|court|ct|place|pl|boulevard|blvd|square|sq|terrace|close|crescent|highway|hwy|parkway|pkwy|circle|cir|trail|row|walk|gardens?|house|flat|apt|apartment|suite|unit|floor|po box|p\.o\. box|strasse|straße|rue|calle|via|weg|platz|laan)(?!\p{L})/iu;

/** Reads a postal address as text, without the words that lead to it. Parts and spelling are for the connector to check. */
export function readAddress(text: string): Answer | undefined {
  const lead = LEAD_IN.exec(text)?.[0] ?? "";
  const address = text.slice(lead.length).replace(/[\s.!]+$/u, "");
  const start = lead.length;
  const words = address.match(/[\p{L}\p{N}]+/gu) ?? [];
  const looksRight =
    words.length >= 2 &&
    !/\?\s*$/.test(text) &&
    ((/\d/.test(address) && (STREET_WORD.test(address) || /[,\n]/.test(address) || words.length >= 4)) ||
      (STREET_WORD.test(address) && words.length >= 3 && words.length <= 20) ||
      (/[,\n]/.test(address) && words.length >= 3 && words.length <= 20));
  if (!looksRight) return undefined;
  return { kind: "value", value: address.replace(/[ \t]+/g, " "), from: { start, end: start + address.length } };
}
