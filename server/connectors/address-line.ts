/** A postal address as one line and as the parts that vendors ask for. */
export interface AddressParts {
  street1: string;
  street2?: string;
  city?: string;
  state?: string;
  zip?: string;
  country?: string;
}

/**
 * One line to parts, as well as commas allow: `12 Orchard Way, Flat 2, Springfield, IL 62704, US`. {@link addressLine}
 * makes the same line of them again.
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

export interface PostalAddress {
  readonly street1?: string | null | undefined;
  readonly street2?: string | null | undefined;
  readonly city?: string | null | undefined;
  readonly state?: string | null | undefined;
  readonly zip?: string | null | undefined;
  readonly country?: string | null | undefined;
}

/** One line, as on a label; undefined when no part is known. */
export function addressLine({ street1, street2, city, state, zip, country }: PostalAddress): string | undefined {
  const region = [state, zip].filter(said).join(" ");
  const line = [street1, street2, city, region, country].filter(said).join(", ");
  return line === "" ? undefined : line;
}

function said(part: string | null | undefined): part is string {
  return typeof part === "string" && part.trim() !== "";
}
