import type { Platform } from '../../server/protocol/frames.ts';
import { type Outcome, recipientsPerMinute, type Steps, type World } from './world.ts';

interface Seat {
  user: string;
  platform: Platform | undefined;
  open: boolean;
  seen: string[];
}

/** The rules and nothing else: who must have seen what. Slow and simple, and it shares no code with the server. */
export class RuleWorld implements World {
  at = 0;
  readonly #seats: Seat[] = [];
  readonly #blocks = new Set<string>();
  #now = 0;
  #minute = { endsAt: 0, used: 0 };

  get seen(): string[][] {
    return this.#seats.map(({ seen }) => seen);
  }

  connect({ user, platform }: Steps['connect']): undefined {
    const kicked = this.#openSeats(user).filter((seat) => areOneClass(seat.platform, platform)); // B5.2
    const seat = { user, platform, open: true, seen: [] };
    this.#seats.push(seat);
    this.#tell([seat], 'connected'); // B5.3
    this.#close(kicked, 4010);
  }

  leave({ user }: Steps['leave']): undefined {
    const [oldest] = this.#openSeats(user);
    if (oldest !== undefined) oldest.open = false;
  }

  disconnect({ user }: Steps['disconnect']): undefined {
    this.#close(this.#openSeats(user), 4011);
  }

  block({ user, other }: Steps['block']): undefined {
    this.#blocks.add(`${user} blocks ${other}`);
  }

  unblock({ user, other }: Steps['unblock']): undefined {
    this.#blocks.delete(`${user} blocks ${other}`);
  }

  wait({ ms }: Steps['wait']): undefined {
    this.#now += ms;
  }

  publish({ from, to, verifyBlacklist, isIncludeSender, upstream }: Steps['publish']): Outcome {
    const recipients = [...new Set(to)]; // B1.4
    const origin = upstream ? this.#openSeats(from)[0] : undefined;
    if (origin === undefined && !this.#passes(recipients.length)) return 'refused'; // B1.13, B3.11

    const fates = recipients.map((user): [string, number | string] => {
      if (verifyBlacklist && this.#blocks.has(`${user} blocks ${from}`)) return [user, 'blocked']; // B1.8, A6
      const seats = this.#openSeats(user); // B1.2, B1.3, B1.5
      this.#tell(seats, `status ${this.at} to ${user}`);
      return [user, seats.length || 'offline'];
    });
    const echo = () => {
      if (!isIncludeSender) return 'not-requested'; // B1.6
      if (recipients.includes(from)) return 'already-recipient'; // B1.5
      const seats = this.#openSeats(from).filter((seat) => seat !== origin); // B5.9
      this.#tell(seats, `echo ${this.at}`);
      return seats.length || 'sender-offline';
    };
    return { recipients: fates, echo: echo() };
  }

  isOnline(user: string): boolean {
    return this.#openSeats(user).length > 0; // B1.1
  }

  #passes(count: number): boolean {
    if (this.#now >= this.#minute.endsAt) this.#minute = { endsAt: this.#now + 60_000, used: 0 };
    const passes = this.#minute.used + count <= recipientsPerMinute;
    if (passes) this.#minute.used += count;
    return passes;
  }

  #openSeats(user: string): Seat[] {
    return this.#seats.filter((seat) => seat.open && seat.user === user);
  }

  #close(seats: Seat[], code: number): void {
    for (const seat of seats) seat.open = false;
    this.#tell(seats, `closed ${code}`);
  }

  #tell(seats: Seat[], what: string): void {
    for (const { seen } of seats) seen.push(`step ${this.at}: ${what}`);
  }
}

const mobile: (Platform | undefined)[] = ['ios', 'android', 'harmony'];

function areOneClass(a: Platform | undefined, b: Platform | undefined): boolean {
  return (a !== undefined && a === b) || (mobile.includes(a) && mobile.includes(b));
}
