/** A postal address in the parts that vendors ask for. */
export interface AddressParts {
  street1: string;
  street2?: string;
  city?: string;
  state?: string;
  zip?: string;
  country?: string;
}

/**
 * One line to parts, as well as commas allow: `12 Orchard Way, Flat 2, Springfield, IL 62704, US`. Joining the parts
 * again (street, street, city, state and zip, country, between commas) gives the same line.
 */
export function splitAddress(line: string): AddressParts {
  const parts = line.split(/\s*,\s*/).filter((part) => part !== "");
  const street1 = parts.shift() ?? "";
  if (parts.length === 0) return { street1 };
  const last = parts[parts.length - 1] ?? "";
  const country = parts.length > 1 && /^[A-Z]{2}$/.test(last) ? parts.pop() : undefined;
  const region =
    parts.length > 1 ? /^(?:([A-Z]{2}) )?((?=.*\d)[A-Z\d][A-Z\d -]{2,9})$/.exec(parts[parts.length - 1] ?? "") : null;
  if (region !== null) parts.pop();
  const city = parts.pop();
  const [, state, zip] = region ?? [];
  return {
    street1,
    ...(parts.length === 0 ? {} : { street2: parts.join(", ") }),
    ...(city === undefined ? {} : { city }),
    ...(state === undefined ? {} : { state }),
    ...(zip === undefined ? {} : { zip }),
    ...(country === undefined ? {} : { country }),
  };
}
