import type { Send } from '../app/deliver.ts';
import type { InterceptedApp } from '../app/interceptor.ts';
import { type Fields, requiredWholeNumber, userId } from '../core/parameters.ts';
import type { Session } from '../presence/session.ts';
import { limits } from '../protocol/limits.ts';
import type { Fault, FaultSpec } from './fault.ts';

/** A message that is held back. */
interface Parcel {
  readonly session: Session;
  readonly left: Promise<void>;
  leave(): void;
}

/** Each message to the user leaves later, by the app's clock, and in order; the report says delivered. */
export class Delay implements Fault {
  readonly userId: string;
  readonly effect: string;
  readonly #delayMs: number;
  readonly #app: InterceptedApp;
  /** In the order in which they came. */
  readonly #parcels = new Set<Parcel>();

  constructor(fields: Fields, app: InterceptedApp) {
    this.userId = userId(fields, 'userId');
    this.#delayMs = requiredWholeNumber(fields, 'delayMs', 1, limits.delayMs);
    this.effect = `the fault delay holds it back for ${this.#delayMs} ms`;
    this.#app = app;
  }

  list(): FaultSpec {
    return { fault: 'delay', userId: this.userId, delayMs: this.#delayMs };
  }

  /** What is under way leaves at once: it must not be overtaken. */
  end(): void {
    for (const parcel of this.#parcels) parcel.leave();
  }

  detour(send: Send): Send {
    return (session, place) => {
      if (this.#parcels.size >= limits.delayedMessages) return 'backpressure';
      this.#hold(session, () => send(session, place));
      return undefined;
    };
  }

  underWay(session: Session): Promise<void> | undefined {
    return [...this.#parcels].findLast((parcel) => parcel.session === session)?.left;
  }

  #hold(session: Session, send: () => void): void {
    let tell: () => void;
    const left = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const leave = () => {
      cancel();
      this.#parcels.delete(parcel);
      send();
      tell();
    };
    const parcel = { session, left, leave };
    const cancel = this.#app.clock.after(this.#delayMs, () => this.#leaveUpTo(parcel));
    this.#parcels.add(parcel);
  }

  /** A clock that was set back may bring a later parcel first. */
  #leaveUpTo(last: Parcel): void {
    for (const parcel of this.#parcels) {
      parcel.leave();
      if (parcel === last) return;
    }
  }
}
