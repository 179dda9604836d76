/** Ends the command: the message is a sentence for stderr. */
export class Failure extends Error {
  override readonly name = 'Failure';
  /** 1 refused or failed, 2 usage (B7). */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
