/**
 * A chat client of a few kilobytes: WebSocket, Engine.IO 4 and Socket.IO 5 by hand over a TCP socket, as much of each as a
 * load test needs. The real client costs more than the server that is to be measured.
 */
import { createHash, randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import type { EntriesPage, Joined, UtteranceAck, UtteranceMessage } from "../../server/protocol/index.js";

export interface WireEvents {
  joined(info: Joined): void;
  entries(page: EntriesPage): void;
  /** The connection ended; `why` where it was not by our own wish. */
  gone(why?: string): void;
}

export interface Wire {
  utter(message: UtteranceMessage, acknowledged: (answer: UtteranceAck) => void): void;
  close(): void;
}

/** `localAddress`: one of 127.0.0.0/8, since one address has only 28,000 ports. */
export function openWire(
  options: { readonly host: string; readonly port: number; readonly localAddress: string },
  on: WireEvents,
): Wire {
  const { host, port, localAddress } = options;
  const key = randomBytes(16).toString("base64");
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  const waiting = new Map<number, (answer: UtteranceAck) => void>();
  let nextAck = 0;
  let isOpen = false;
  let isClosing = false;
  let held: Buffer = Buffer.alloc(0);
  const socket: Socket = connect({ host, port, localAddress });
  socket.setNoDelay(true);
  socket.on("connect", () => {
    socket.write(
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${host}:${port}\r\nOrigin: http://${host}:${port}\r\n` +
        `Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    );
  });
  socket.on("data", (chunk) => {
    held = held.length === 0 ? (chunk as Buffer) : Buffer.concat([held, chunk as Buffer]);
    if (!isOpen && !upgrade()) return;
    for (let text = nextFrame(); text !== undefined; text = nextFrame()) hear(text);
  });
  socket.on("error", (error) => end(error.message));
  socket.on("close", () => end("the server closed it"));

  function end(why: string): void {
    if (isClosing) return;
    isClosing = true;
    socket.destroy();
    on.gone(why);
  }

  function upgrade(): boolean {
    const at = held.indexOf("\r\n\r\n");
    if (at < 0) return false;
    const head = held.subarray(0, at).toString("latin1");
    held = held.subarray(at + 4);
    if (!head.startsWith("HTTP/1.1 101") || !head.includes(accept)) end(head.split("\r\n", 1)[0] ?? "no answer");
    isOpen = !isClosing;
    return isOpen;
  }

  /** The server sends whole text frames, never masked; anything else here means that it is over. */
  function nextFrame(): string | undefined {
    if (held.length < 2) return undefined;
    const [first, second] = held as unknown as [number, number];
    const short = second & 0x7f;
    const from = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (held.length < from) return undefined;
    const length = short === 126 ? held.readUInt16BE(2) : short === 127 ? Number(held.readBigUInt64BE(2)) : short;
    if (held.length < from + length) return undefined;
    const text = held.toString("utf8", from, from + length);
    held = held.subarray(from + length);
    if (first === 0x81) return text;
    end("a frame that is no text");
    return undefined;
  }

  function hear(packet: string): void {
    if (packet === "2") return send("3");
    if (packet.startsWith("0")) return send('40{"protocol":1,"since":0}');
    if (packet.startsWith("44")) return end(packet);
    if (packet.startsWith("43")) {
      const at = packet.indexOf("[");
      const id = Number(packet.slice(2, at));
      waiting.get(id)?.((JSON.parse(packet.slice(at)) as [UtteranceAck])[0]);
      waiting.delete(id);
      return;
    }
    if (!packet.startsWith("42")) return;
    const [name, body] = JSON.parse(packet.slice(2)) as [string, unknown];
    if (name === "joined") on.joined(body as Joined);
    else if (name === "entries") on.entries(body as EntriesPage);
  }

  function send(text: string): void {
    const body = Buffer.from(text);
    const long = body.length > 125;
    const frame = Buffer.alloc(body.length + (long ? 8 : 6));
    frame[0] = 0x81;
    if (long) {
      frame[1] = 0x80 | 126;
      frame.writeUInt16BE(body.length, 2);
    } else frame[1] = 0x80 | body.length;
    // A mask of zeros leaves the text as it is; the protocol asks for a mask, not for which.
    body.copy(frame, long ? 8 : 6);
    socket.write(frame);
  }

  return {
    utter: (message, acknowledged) => {
      const id = nextAck++;
      waiting.set(id, acknowledged);
      send(`42${id}${JSON.stringify(["utterance", message])}`);
    },
    close: () => {
      isClosing = true;
      socket.destroy();
    },
  };
}
