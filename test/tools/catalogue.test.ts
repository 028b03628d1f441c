import { describe, expect, it } from "vitest";
import { buildCatalogue, maskArguments, maskText } from "../../server/tools/index.js";
import { connect, fakeTool, helpdesk } from "./outside.js";

const nothing = () => ({ result: "not_found" }) as const;
const read = (name: string, system: string) => fakeTool("get_order", nothing, { name, system });
const SHOP = { systems: {}, levels: {}, limits: {} };

describe("which system serves a tool", () => {
  const shipmonk = read("shipmonk_order_details", "shipmonk");
  const magento = read("get_magento_order", "magento");
  const servedIn = (connected: Parameters<typeof connect>, systems: Record<string, string> = {}) => {
    const catalogue = buildCatalogue(connect(...connected), { ...SHOP, systems });
    return (name: string) => catalogue.find(name)?.served.system;
  };

  it("is its own", () => {
    const served = servedIn([shipmonk, magento]);
    expect([served("shipmonk_order_details"), served("get_magento_order")]).toEqual(["shipmonk", "magento"]);
  });

  it("is another where the shop says so, for a group or for one capability", () => {
    expect(servedIn([shipmonk, magento], { orders: "magento" })("shipmonk_order_details")).toBe("magento");
    expect(servedIn([shipmonk, magento], { get_order: "magento" })("shipmonk_order_details")).toBe("magento");
    const both = { orders: "shipmonk", get_order: "magento" };
    expect(servedIn([shipmonk, magento], both)("shipmonk_order_details"), "the finer word wins").toBe("magento");
  });

  it("is the only one that can, where its own is not connected: policies run on other systems unchanged", () => {
    expect(servedIn([magento])("shipmonk_order_details")).toBe("magento");
    expect(servedIn([helpdesk()])("shipmonk_order_details")).toBeUndefined();
  });

  it("is nobody's where several could and nobody has chosen", () => {
    const other = read("get_shopify_order", "shopify");
    expect(servedIn([magento, other])("shipmonk_order_details")).toBeUndefined();
    expect(servedIn([magento, other], { orders: "shopify" })("shipmonk_order_details")).toBe("shopify");
  });

  it("knows which tools can be called here, our own among them, and the shapes of all that there are", () => {
    const { shapes, served } = buildCatalogue(connect(shipmonk, helpdesk()), SHOP);
    expect([...served]).toEqual(
      expect.arrayContaining(["send_code", "check_code", "order_stage", "shipmonk_order_details", "gladly_handoff"]),
    );
    expect(served.has("get_shipmonk_orders")).toBe(false);
    expect(shapes.has("get_shipmonk_orders")).toBe(true);
  });
});

describe("masking", () => {
  it("hides what is personal, and leaves what a colleague needs to follow a trace", () => {
    const args = {
      email: "ann.reed@example.com",
      order_id: "5501",
      code: "123456",
      address: "12 Orchard Way",
      nested: [{ phone: "+15550100", note: "write to bob@example.com, or to Zoë@example.com" }],
      transcript: [{ text: "hi" }],
      amount: { amountMinor: 2400, currency: "USD" },
      nothing: null,
    };
    expect(maskArguments(args)).toEqual({
      email: "a•••@example.com",
      order_id: "5501",
      code: "•••",
      address: "•••",
      nested: [{ phone: "•••", note: "write to b•••@example.com, or to Z•••@example.com" }],
      transcript: "•••",
      amount: { amountMinor: 2400, currency: "USD" },
      nothing: null,
    });
  });

  it("does not take long over a long text", () => {
    const begun = performance.now();
    maskText("a.".repeat(50_000));
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});
