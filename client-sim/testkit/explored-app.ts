import { setImmediate as turnOfEventLoop } from 'node:timers/promises';
import type { AppControl, PublishEvent, SimEvent, Simulator, UserPresence } from '../../server/index.ts';
import type { ServerFrame } from '../../server/protocol/frames.ts';
import { describeMessage } from '../claims/message-line.ts';
import type { ClientSocket } from '../client-socket.ts';
import { parseFrame } from '../parse-frame.ts';
import type { Next } from './actor.ts';
import { SimApp } from './sim-app.ts';

/** Who takes steps: an actor, or a session's gate, at which what is delivered waits. */
interface Party {
  /** In the order that they come in (B1.10). */
  readonly waiting: Next[];
  /** What its steps may look at: the users whose sessions it has opened. */
  readonly own: string[];
}

/** What comes to a session by itself, and may be late. */
const unasked: readonly (ServerFrame['type'] | undefined)[] = ['status', 'echo', 'presence'];

/** The app of one order: sees what each step has to do with, and may hold what arrives. */
export class ExploredApp extends SimApp {
  readonly steps: ToldStep[] = [];
  readonly #isInFlight: boolean;
  readonly #parties = new Map<string, Party>();
  readonly #sockets: ClientSocket[] = [];
  #step = newStep('', '');

  constructor(simulator: Simulator, control: AppControl, isInFlight: boolean) {
    super(simulator, control);
    this.#isInFlight = isInFlight;
    this.clock.freeze(beginning);
  }

  /** Adds who takes steps; returns how to name the next of them. */
  addParty(name: string): (next: Next) => void {
    const party: Party = { waiting: [], own: [] };
    this.#parties.set(name, party);
    return (next) => {
      party.waiting.push(next);
      this.#step.gives.push(name);
    };
  }

  /** Who has a turn; a name for each turn. */
  get enabled(): string[] {
    return [...this.#parties].flatMap(([name, { waiting }]) => waiting.map(() => name));
  }

  /** Takes the next step of a party. What happens until it has arrived is this step's. */
  async take(name: string): Promise<void> {
    const { waiting, own } = this.#parties.get(name)!;
    const before = this.#unseen();
    const step = newStep(name, waiting[0]!.label);
    this.#step = step;
    this.steps.push(step);
    await this.#go(name);
    await this.settle();
    // A step of which nothing shows may have done anything: with what other actors do there, too.
    const isUnclear = step.isUnclear || step.things.size === 0 || this.#unseen() !== before;
    step.touches = isUnclear ? undefined : [...step.things, ...own];
  }

  /** What a call reads or changes does not show, but for a publish, which is an event. */
  noteCall(path: string): void {
    if (!/publish(\.json)?$/.test(path)) this.#step.isUnclear = true;
  }

  override presence(userId: string): UserPresence {
    this.#touch(userId);
    return super.presence(userId);
  }

  override async close(): Promise<void> {
    this.#step = newStep('', ''); // what ends now is no step's
    for (const socket of this.#sockets) socket.terminate(); // to say goodbye takes longer than to say hello
    await turnOfEventLoop();
    await super.close();
  }

  /** The app is open (B4.3), and to sign takes longer than all else that connecting does here. */
  protected override login(userId: string) {
    return { userId };
  }

  /**
   * Holds what comes to a session until its turn, in order (B1.10). An answer, or the end of the session, is not held:
   * what came before it goes in first (B1.9).
   */
  protected override gate(socket: ClientSocket, userId: string): ClientSocket {
    const first = `>${userId.replaceAll('.', '_')}`;
    let name = first;
    for (let number = 2; this.#parties.has(name); number++) name = `${first}#${number}`;
    this.#parties.get(this.#step.actor)?.own.push(userId);
    this.#sockets.push(socket);
    const hold = this.addParty(name);
    const { waiting } = this.#parties.get(name)!;
    const letAllIn = () => {
      while (waiting.length > 0) this.#go(name);
    };
    let count = 0;
    return {
      on: (event, onMessage) => {
        socket.on(event, (data) => {
          const frame = parseFrame(data);
          const shares = [userId, `${name} ${count++}`];
          this.#touch(...shares);
          if (frame?.type === 'presence') this.#touch(frame.userId);
          const label = this.#isInFlight ? describe(frame!) : '';
          hold({ label, shares, go: () => onMessage(data) });
          if (!this.#isInFlight || !unasked.includes(frame?.type)) letAllIn();
        });
      },
      once: (event, onClose) => {
        socket.once(event, (code, reason) => {
          letAllIn();
          onClose(code, reason);
        });
      },
      send: (text) => socket.send(text),
      close: (code, reason) => socket.close(code, reason),
      terminate: () => socket.terminate(),
    };
  }

  #go(name: string): void | Promise<void> {
    const { shares, go } = this.#parties.get(name)!.waiting.shift()!;
    this.#step.takes.push(name);
    this.#touch(...shares);
    return go();
  }

  #touch(...names: readonly string[]): void {
    for (const name of names) this.#step.things.add(name);
  }

  /** What a step may change without an event. */
  #unseen(): string {
    return JSON.stringify([this.clock.read().now, this.faults.list()]);
  }

  protected override note(event: SimEvent): void {
    super.note(event);
    const { brought } = this.#step;
    if (event.event === 'refused') {
      this.#step.isUnclear = true;
      brought.push(`refused with ${event.code}`);
    } else if (event.event === 'session') {
      this.#touch(event.userId);
      if (event.state === 'closed') brought.push(`a session of ${event.userId} closed with ${event.code}`);
    } else if (event.event === 'accepted') {
      brought.push(`${event.path} ${event.note}`);
    } else {
      if (event.channelType === 'SYSTEM') this.#step.isUnclear = true; // to whoever is online
      this.#touch(event.fromUserId, ...event.report.recipients.map(({ userId }) => userId));
      brought.push(...outcomesOf(event));
    }
  }
}

/** When each order begins, by the clock of its app. */
const beginning = Date.UTC(2026, 0, 1);

const newStep = (actor: string, label: string) => ({
  actor,
  label,
  /** What it brought, like `bob delivered`. */
  brought: [] as string[],
  takes: [] as string[],
  gives: [] as string[],
  things: new Set<string>(),
  /** Nobody can say what it has to do with. */
  isUnclear: false,
  touches: undefined as readonly string[] | undefined,
});

/** A step, in words too, and as it is being run. */
export type ToldStep = ReturnType<typeof newStep>;

function outcomesOf({ fromUserId, report: { recipients, echo } }: PublishEvent): string[] {
  const told = recipients.map(({ userId, ...row }) => {
    if (row.outcome === 'dropped') return `${userId} dropped: ${row.reason}`;
    return `${userId} delivered${row.sessions === 1 ? '' : ` in ${row.sessions} sessions`}`;
  });
  const more = told.splice(5).length; // a longer line nobody reads
  if (more > 0) told.push(`${more} more`);
  return echo.outcome === 'echoed' ? [...told, `${fromUserId} echoed`] : told;
}

function describe(frame: ServerFrame): string {
  if (frame.type === 'presence') return `${frame.userId} is ${frame.online ? 'online' : 'offline'}`;
  return frame.type === 'status' || frame.type === 'echo' ? describeMessage(frame) : frame.type;
}
