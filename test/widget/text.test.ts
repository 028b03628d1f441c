import { describe, expect, it } from "vitest";
import { withoutCardNumbers } from "../../widget/chat/card-numbers.js";
import { paragraphs, safeLink } from "../../widget/chat/plain-text.js";

describe("text in the chat", () => {
  it("turns lines into paragraphs and https and mail addresses into links", () => {
    expect(paragraphs("Track it at https://ups.example.com/t?n=1.\n\nOr write to help@shop.example!")).toEqual([
      [
        { text: "Track it at " },
        { text: "https://ups.example.com/t?n=1", href: "https://ups.example.com/t?n=1" },
        { text: "." },
      ],
      [{ text: "Or write to " }, { text: "help@shop.example", href: "mailto:help@shop.example" }, { text: "!" }],
    ]);
  });

  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "http://shop.example/",
    "https://user:pass@shop.example/",
    "vbscript:x",
    "//shop.example",
    "https://",
  ])("makes no link of %s", (address) => {
    expect(safeLink(address)).toBeUndefined();
  });
});

describe("card numbers", () => {
  it.each([
    ["4111 1111 1111 1111", "[card ending 1111]"],
    ["my card is 5555-5555-5555-4444, thanks", "my card is [card ending 4444], thanks"],
    ["378282246310005", "[card ending 0005]"],
    ["6011.1111.1111.1117", "[card ending 1117]"],
    ["30569309025904", "[card ending 5904]"],
    ["3530111333300000", "[card ending 0000]"],
    ["2223003122003222", "[card ending 3222]"],
  ])("takes the number out of %s", (said, kept) => {
    expect(withoutCardNumbers(said)).toBe(kept);
  });

  it.each([
    "order 1001",
    "4111 1111 1111 1112",
    "tracking 9400111899223197428490",
    "call +1 555 0100 or +44 20 7946 0958",
  ])("leaves %s alone", (said) => {
    expect(withoutCardNumbers(said)).toBe(said);
  });
});
