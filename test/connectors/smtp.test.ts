import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { startMailbox } from "../../sandbox/mailbox.js";
import { createSmtp, TOOL_NAMES, type ToolCall } from "../../server/connectors/index.js";
import { FAST, type Rig, startRig } from "./contract.js";
import { ann } from "./handoff-payload.js";

const message = { email: ann, subject: "Your refund — Größe 38", message: "24.00 USD are on their way.\nThank you!" };

describe("a message by mail", () => {
  let rig: Rig;
  afterEach(() => rig.close());
  const start = async () => {
    rig = await startRig("smtp", {});
  };
  const send = (change: object = {}, call: ToolCall = { key: "k1" }) =>
    rig.tool("send_async_message").run({ ...message, ...change } as never, call);
  const messages = () => rig.world.ledger.smtp?.messages ?? [];

  test("reaches the address with subject and text, as plain text", async () => {
    await start();
    expect(TOOL_NAMES.smtp).toEqual({ send_async_message: "send_message" });
    const outcome = await send();
    expect(outcome).toMatchObject({ result: "ok", value: { id: expect.stringMatching(/^AS-[\da-f]{20}@/) } });
    const { id } = (outcome as { value: { id: string } }).value;
    expect(messages()).toEqual([{ id, email: ann, subject: message.subject, text: message.message }]);
  });

  test("of the same key has the same Message-ID, which mail programs show once", async () => {
    await start();
    const ids = [await send(), await send(), await send({}, { key: "k2" })].map(
      (outcome) => (outcome as { value: { id: string } }).value.id,
    );
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  test.each([
    ["auth", "unavailable", "auth"],
    ["unavailable", "unavailable", "vendor_error"],
    ["rate_limited", "unavailable", "rate_limited"],
    ["error_500", "unavailable", "vendor_error"],
    ["timeout", "unknown_outcome", "timeout"],
    ["reset", "unknown_outcome", "connection"],
  ] as const)("with %s nothing is sent, and it says %s", async (kind, result, reason) => {
    await start();
    rig.world.faults.set("send_message", { kind });
    expect(await send()).toEqual({ result, reason });
    expect(messages()).toEqual([]);
  });

  test("that the mail server will never take is refused", async () => {
    await start();
    rig.world.faults.set("send_message", { kind: "refused" });
    expect(await send()).toEqual({ result: "refused", reason: "the mail server refused it (550)" });
    expect(messages()).toEqual([]);
  });

  test.each(["applied_then_timeout", "applied_then_reset"] as const)(
    "%s: whether it was sent stays unknown, since no mail server can be asked",
    async (kind) => {
      await start();
      rig.world.faults.set("send_async_message", { kind });
      expect(await send()).toMatchObject({ result: "unknown_outcome" });
      expect(messages()).toHaveLength(1);
      expect(rig.tool("send_async_message").readBack).toBeUndefined();
    },
  );

  test("waits for a slow mail server that answers in time", async () => {
    await start();
    rig.world.faults.set("send_message", { kind: "slow" });
    expect(await send()).toMatchObject({ result: "ok" });
  });

  test.each([
    "ann.reed@example.com\r\nBcc: eve@example.com",
    "ann.reed@example.com, eve@example.com",
    "friends: eve@example.com;",
    "Ann <eve@example.com>",
    "",
  ])("is not sent to %j: single plain addresses only", async (email) => {
    await start();
    expect(await send({ email })).toEqual({ result: "refused", reason: "not_an_address" });
    expect(messages()).toEqual([]);
  });

  test("cannot be made to go to somebody else, or to claim other headers, by what it says", async () => {
    await start();
    await send({
      subject: "Hi\r\nBcc: eve@example.com",
      message: "\r\n.\r\nRCPT TO:<eve@example.com>\r\nBcc: eve@example.com",
    });
    expect(messages()).toMatchObject([{ email: ann }]);
    expect(messages()[0]?.subject).toContain("Hi");
  });

  test("is given up before it is sent when the caller gives up", async () => {
    await start();
    const caller = new AbortController();
    caller.abort();
    expect(await send({}, { key: "k1", signal: caller.signal })).toEqual({ result: "unavailable", reason: "gave_up" });
    expect(messages()).toEqual([]);
  });

  test("also arrives in the mailbox that the simulator is told to pass mails on to", async () => {
    const mailbox = await startMailbox({ port: 0 });
    rig = await startRig("smtp", {}, { smtp: { relayTo: mailbox.smtpUrl } });
    expect(await send()).toMatchObject({ result: "ok" });
    expect(mailbox.messages).toMatchObject([
      { to: ann, subject: message.subject, text: expect.stringContaining("24.00") },
    ]);
    await mailbox.close();
  });
});

describe("a mail server that is not there", () => {
  const from = "Shop <support@shop.example.com>";
  const run = async (url: string) => {
    const connector = createSmtp({ url, from, timings: FAST });
    return connector.tools[0]?.run(message as never, { key: "k1" });
  };
  const listen = (server: Server) =>
    new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
    });

  test("is unavailable: nothing was sent", async () => {
    const server = createServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await run(`smtp://127.0.0.1:${port}`)).toEqual({ result: "unavailable", reason: "connection" });
  });

  test("or takes the connection and says nothing, is unavailable in time", async () => {
    const server = createServer();
    const port = await listen(server);
    expect(await run(`smtp://127.0.0.1:${port}`)).toEqual({ result: "unavailable", reason: "timeout" });
    server.close();
  });

  test("or speaks something else, is unavailable", async () => {
    const server = createServer((socket) => socket.on("error", () => {}).end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const port = await listen(server);
    expect(await run(`smtp://127.0.0.1:${port}`)).toMatchObject({ result: "unavailable" });
    server.close();
  });
});
