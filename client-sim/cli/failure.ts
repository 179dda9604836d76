/** Ends the command: the message is a sentence for stderr. */
export class Failure extends Error {
  override readonly name = 'Failure';
  /** 1 refused or failed, 2 usage (B7); 126 and 127 that `run` could not start its command. */
  readonly exitCode: 1 | 2 | 126 | 127;

  constructor(message: string, exitCode: Failure['exitCode'] = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
