/** What a client knows of its own presence over a while: surely online, surely offline, or one or the other. */
export type Certainty = 'online' | 'offline' | 'changing';

/** One session as its client knows it. Every moment is in milliseconds since 1970, `Infinity` while it has not come. */
export class Stay {
  /** The client began to connect. */
  readonly connectAt: number;
  #onlineAt = Number.POSITIVE_INFINITY;
  #leaveAt = Number.POSITIVE_INFINITY;
  #goneAt = Number.POSITIVE_INFINITY;
  #provenAt: number;

  constructor(connectAt: number) {
    this.connectAt = connectAt;
    this.#provenAt = connectAt;
  }

  /** The client was told that it is online. */
  get onlineAt(): number {
    return this.#onlineAt;
  }

  /** From here on the session may have ended. */
  get leaveAt(): number {
    return this.#leaveAt;
  }

  /** The connection was closed: nothing can come any more. */
  get goneAt(): number {
    return this.#goneAt;
  }

  online(at: number): void {
    this.#onlineAt = at;
  }

  /** A barrier that was asked for at this moment has been passed: the session was open, and all before it has come. */
  proven(at: number): void {
    this.#provenAt = at;
  }

  /** The client begins to close. */
  leave(at: number): void {
    this.#leaveAt = at;
  }

  /** `orderly`: the client wanted it so and read all there was. Otherwise all since the last proof is open to doubt. */
  gone(at: number, orderly: boolean): void {
    this.#goneAt = at;
    if (!orderly) this.#leaveAt = Math.min(this.#leaveAt, this.#provenAt);
  }

  /** What is known of the session from one moment to another. */
  during(from: number, to: number): Certainty {
    if (to < this.connectAt || this.#goneAt < from) return 'offline';
    if (this.#onlineAt < from && to < this.#leaveAt) return 'online';
    return 'changing';
  }
}
