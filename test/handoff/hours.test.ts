import { describe, expect, it } from "vitest";
import { Hours, nextOpening } from "../../server/handoff/index.js";

const OFFICE = { monday: ["09:00-12:00", "13:00-17:00"], tuesday: ["09:00-17:00"], friday: ["09:00-15:00"] };
const NEW_YORK = "America/New_York";
const opens = (now: string, timeZone = NEW_YORK): string | undefined => {
  const at = nextOpening(OFFICE, timeZone, Date.parse(now));
  return at === undefined ? undefined : new Date(at).toISOString();
};

describe("when people are back", () => {
  // 2026-03-09 is a Monday; New York has put its clocks forward the day before, to four hours behind UTC.
  it.each([
    ["they are there", "2026-03-09T14:00:00Z", undefined],
    ["at the very beginning they are there", "2026-03-09T13:00:00Z", undefined],
    ["at the very end they are gone, until after lunch", "2026-03-09T16:00:00Z", "2026-03-09T17:00:00.000Z"],
    ["before the day begins: at nine", "2026-03-09T08:00:00Z", "2026-03-09T13:00:00.000Z"],
    ["in the evening: the next day", "2026-03-09T23:00:00Z", "2026-03-10T13:00:00.000Z"],
    ["on a day off: the next working day", "2026-03-11T12:00:00Z", "2026-03-13T13:00:00.000Z"],
    ["over the weekend: Monday", "2026-03-14T12:00:00Z", "2026-03-16T13:00:00.000Z"],
    ["before the clocks change, for a time after", "2026-03-07T12:00:00Z", "2026-03-09T13:00:00.000Z"],
  ])("%s", (_, now, expected) => {
    expect(opens(now)).toBe(expected);
  });

  it("goes by the shop's own day, not by that of Greenwich", () => {
    // Tuesday morning in Auckland, Monday evening in Greenwich.
    expect(opens("2026-03-09T21:00:00Z", "Pacific/Auckland")).toBeUndefined();
    expect(opens("2026-03-09T13:00:00Z", "Pacific/Auckland")).toBe("2026-03-09T20:00:00.000Z");
  });

  it("says nothing for a shop that is never open", () => {
    expect(nextOpening({}, NEW_YORK, Date.now())).toBeUndefined();
  });

  it.each(["9-17", "17:00-09:00", "25:00-26:00"])("%s are no hours", (range) => {
    expect(Hours.safeParse({ monday: [range] }).success).toBe(false);
  });
});
