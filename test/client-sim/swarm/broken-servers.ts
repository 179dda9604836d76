import type { ClientFrame, EchoFrame, StatusFrame } from '../../../server/protocol/frames.ts';
import { type Answer, HandMadeServer, noAnswer } from './hand-made-server.ts';

/** Breaks B1.2 and B1.3: each message comes once, at the visit after the next. */
export class KeepsForTheOffline extends HandMadeServer {
  readonly #kept = new Map<string, StatusFrame[]>();
  /** What was kept before the visit before: surely sent while the client was offline, not while it came or went. */
  readonly #old = new Map<string, StatusFrame[]>();
  #late = 0;

  protected override deliver(userId: string, frame: StatusFrame): void {
    if (this.isOnline(userId)) this.send(userId, frame);
    else this.#kept.set(userId, [...(this.#kept.get(userId) ?? []), frame]);
  }

  protected override opened(userId: string): void {
    const old = this.#old.get(userId) ?? [];
    this.#old.set(userId, this.#kept.get(userId) ?? []);
    this.#kept.delete(userId);
    for (const frame of old) this.send(userId, frame);
    this.#late += old.length;
    if (this.#late >= 10) this.break();
  }
}

/** Breaks B1.4. */
export class DeliversTwice extends HandMadeServer {
  protected override deliver(userId: string, frame: StatusFrame): void {
    this.send(userId, frame);
    this.send(userId, frame);
    this.break();
  }
}

/** Breaks B1.3. */
export class Loses extends HandMadeServer {
  protected override deliver(_userId: string, _frame: StatusFrame): void {
    this.break();
  }
}

/** Breaks B1.9: the first message to a user comes after that user's next barrier. */
export class HoldsBack extends HandMadeServer {
  readonly #held = new Map<string, StatusFrame>();

  protected override deliver(userId: string, frame: StatusFrame): void {
    if (this.#held.has(userId)) this.send(userId, frame);
    else this.#held.set(userId, frame);
  }

  protected override receive(userId: string, frame: ClientFrame): void {
    super.receive(userId, frame);
    if (frame.type !== 'sync' || !this.#held.has(userId)) return;
    this.send(userId, this.#held.get(userId)!);
    this.break();
  }
}

/** Everybody gets everything. */
export class DeliversToStrangers extends HandMadeServer {
  protected override deliver(_userId: string, frame: StatusFrame): void {
    for (const userId of this.onlineUsers()) this.send(userId, frame);
    this.break();
  }
}

/** Everybody gets the messageUID of somebody else. */
export class MixesUpRecipients extends HandMadeServer {
  protected override deliver(userId: string, frame: StatusFrame): void {
    this.send(userId, { ...frame, messageUID: `${frame.messageUID}0` });
    this.break();
  }
}

/** Breaks B1.11. */
export class DeliversWhatItRefuses extends HandMadeServer {
  protected override accept(form: URLSearchParams): Answer {
    this.publish(form);
    this.break();
    return [500, { code: 1000, errorMessage: 'Internal logic error.' }];
  }
}

/** Breaks B1.6. */
export class LosesEchoes extends HandMadeServer {
  protected override echo(_userId: string, _frame: EchoFrame): void {
    this.break();
  }
}

/** Breaks B1.5 and B1.6. */
export class EchoesUnasked extends HandMadeServer {
  protected override wantsEcho(form: URLSearchParams): boolean {
    if (!super.wantsEcho(form)) this.break();
    return true;
  }
}

/** Breaks B5.8: only what the clients send themselves is lost. */
export class LosesTyping extends HandMadeServer {
  protected override deliver(userId: string, frame: StatusFrame): void {
    if (frame.objectName === 'RC:TypSts') this.break();
    else this.send(userId, frame);
  }
}

/** Breaks nothing, but does not do its work either. */
export class Refuses extends HandMadeServer {
  protected override accept(_form: URLSearchParams): Answer {
    this.break();
    return [500, { code: 1000, errorMessage: 'Internal logic error.' }];
  }
}

/** Breaks nothing: a connection may be lost at any time. */
export class CutsAnswers extends HandMadeServer {
  protected override accept(form: URLSearchParams): Answer {
    this.publish(form);
    this.break();
    return [noAnswer, {}];
  }
}

/** Breaks nothing: a server may end a session, and then the user is offline. */
export class EndsSessions extends HandMadeServer {
  readonly #ended = new Set<string>();

  protected override deliver(userId: string, frame: StatusFrame): void {
    if (this.#ended.has(userId)) {
      this.send(userId, frame);
      return;
    }
    this.end(userId);
    this.#ended.add(userId);
    this.break();
  }
}
