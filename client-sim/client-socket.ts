/** As much of the WebSocket of `ws` as a client takes: who uses the package need not have the types of `ws`. */
export interface ClientSocket {
  on(event: 'message', listener: (data: unknown) => void): unknown;
  once(event: 'close', listener: (code: number, reason: Uint8Array) => void): unknown;
  send(text: string): void;
  close(code: number, reason?: string): void;
  terminate(): void;
}
