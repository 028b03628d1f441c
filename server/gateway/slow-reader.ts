import type { Socket } from "socket.io";

interface Connection {
  readonly writeBuffer: readonly { readonly data?: string | { readonly length: number } }[];
  readonly transport: { readonly socket?: { readonly bufferedAmount?: number; terminate?(): void } };
  close(discard: boolean): void;
}

/** Bytes that were sent to a client and that it has not taken from us yet, roughly (characters count as bytes). */
export function unreadBytes(socket: Socket): number {
  const { writeBuffer, transport } = connectionOf(socket);
  const waiting = writeBuffer.reduce((sum, { data }) => sum + (data?.length ?? 0), 0);
  return waiting + (transport.socket?.bufferedAmount ?? 0);
}

/** Ends the connection now. An orderly goodbye would wait behind all that the client does not read. */
export function cut(socket: Socket): void {
  const connection = connectionOf(socket);
  connection.transport.socket?.terminate?.();
  connection.close(true);
}

function connectionOf(socket: Socket): Connection {
  return socket.conn as unknown as Connection;
}
