import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { setImmediate as turnOfEventLoop } from 'node:timers/promises';
import type { AppControl, PublishEvent, SimEvent, Simulator, UserPresence } from '../../server/index.ts';
import type { ServerFrame } from '../../server/protocol/frames.ts';
import { describeMessage } from '../claims/message-line.ts';
import type { ClientSocket } from '../client-socket.ts';
import { parseFrame } from '../parse-frame.ts';
import { type ArrivalGate, arrivalGate } from './arrival-gate.ts';
import { isArrival, type Step } from './orders.ts';
import { SimApp } from './sim-app.ts';

/** A step, in words. */
export interface ToldStep extends Step {
  readonly label: string;
  /** What it brought, like `bob delivered`. */
  readonly brought: readonly string[];
}

/** The app of one order: sees what each step has to do with, and may hold what arrives. */
export class ExploredApp extends SimApp {
  readonly #control: AppControl;
  readonly #isInFlight: boolean;
  /** By the names of their arrivals. */
  readonly #gates = new Map<string, ArrivalGate>();
  /** What each actor may look at in any step: the users whose sessions it has opened. */
  readonly #own = new Map<string, string[]>();
  readonly #stopWatching: () => void;
  #step = newStep('', '', []);
  #before = '';

  constructor(simulator: Simulator, control: AppControl, isInFlight: boolean) {
    super(simulator, control);
    this.#control = control;
    this.#isInFlight = isInFlight;
    this.clock.freeze(beginning);
    const port = Number(new URL(simulator.url).port);
    const onRequest = (message: unknown) => {
      const { url, socket } = (message as { request: IncomingMessage }).request;
      // What a call reads or changes does not show, but for a publish, which is an event.
      if (socket.localPort === port && !/publish(\.json)?$/.test(url!)) this.#step.touchesAll = true;
    };
    subscribe(requestStart, onRequest);
    const stopListening = control.listen((event) => this.#note(event));
    this.#stopWatching = () => {
      stopListening();
      unsubscribe(requestStart, onRequest);
    };
  }

  /** What happens from now on is this step's. */
  begin(actor: string, label: string, touches: readonly string[] = []): void {
    this.#step = newStep(actor, label, touches);
    this.#before = this.#unseen();
  }

  /** A step of which nothing shows may have done anything: with what other actors do there, too. */
  end(): ToldStep {
    const { touches, touchesAll, ...step } = this.#step;
    const isUnclear = touchesAll || touches.size === 0 || this.#unseen() !== this.#before;
    return { ...step, touches: isUnclear ? undefined : [...touches, ...this.#ownOf(step.actor)] };
  }

  /** What is held, by the names of the gates. */
  get arrivals(): string[] {
    return [...this.#gates].flatMap(([name, gate]) => gate.held.map(() => name));
  }

  /** Takes the step that lets in what came first. */
  arrive(name: string): void {
    const gate = this.#gates.get(name)!;
    this.begin(name, describe(parseFrame(gate.held[0])!));
    gate.letIn();
  }

  override presence(userId: string): UserPresence {
    this.#step.touches.add(userId);
    return super.presence(userId);
  }

  override async close(): Promise<void> {
    this.#stopWatching();
    for (const gate of this.#gates.values()) gate.terminate(); // to say goodbye takes longer than to say hello
    await turnOfEventLoop();
    await super.close();
  }

  /** The app is open (B4.3), and to sign takes longer than all else that connecting does here. */
  protected override login(userId: string) {
    return { userId };
  }

  protected override gate(socket: ClientSocket, userId: string): ClientSocket {
    const first = `>${userId.replaceAll('.', '_')}`;
    let name = first;
    for (let number = 2; this.#gates.has(name); number++) name = `${first}#${number}`;
    this.#ownOf(this.#step.actor).push(userId);
    let held = 0;
    let letIn = 0;
    const touch = (frame: string) => this.#step.touches.add(userId).add(frame);
    const onHeld = (frame: ServerFrame | undefined) => {
      this.#step.gives.push(name);
      touch(`${name} ${held++}`);
      if (frame?.type === 'presence') this.#step.touches.add(frame.userId);
      if (!this.#isInFlight) gate.letIn();
    };
    const gate = arrivalGate(socket, onHeld, () => {
      this.#step.takes.push(name);
      touch(`${name} ${letIn++}`);
    });
    this.#gates.set(name, gate);
    return gate;
  }

  #ownOf(actor: string): string[] {
    if (!this.#own.has(actor)) this.#own.set(actor, []);
    return this.#own.get(actor)!;
  }

  /** What a step may change without an event. */
  #unseen(): string {
    return JSON.stringify([this.clock.read().now, this.#control.faults.list()]);
  }

  #note(event: SimEvent): void {
    const { touches, brought } = this.#step;
    if (event.event === 'refused') {
      this.#step.touchesAll = true;
      brought.push(`refused with ${event.code}`);
    } else if (event.event === 'session') {
      touches.add(event.userId);
      if (event.state === 'closed') brought.push(`a session of ${event.userId} closed with ${event.code}`);
    } else if (event.event === 'accepted') {
      brought.push(`${event.path} ${event.note}`);
    } else {
      const { recipients } = event.report;
      if (event.channelType === 'SYSTEM') this.#step.touchesAll = true; // to whoever is online
      for (const { userId } of [{ userId: event.fromUserId }, ...recipients]) touches.add(userId);
      brought.push(...outcomesOf(event));
    }
  }
}

/** When each order begins, by the clock of its app. */
const beginning = Date.UTC(2026, 0, 1);

const requestStart = 'http.server.request.start';

function newStep(actor: string, label: string, touches: readonly string[]) {
  return {
    actor,
    label,
    touches: new Set(touches),
    touchesAll: false,
    brought: [] as string[],
    takes: isArrival(actor) ? [] : [actor],
    gives: [] as string[],
  };
}

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
