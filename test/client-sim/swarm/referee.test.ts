import { describe, expect, it } from 'vitest';
import type { Case } from '../../../client-sim/swarm/case.ts';
import type { Publication } from '../../../client-sim/swarm/publication.ts';
import type { Receipt } from '../../../client-sim/swarm/receipt.ts';
import { Referee } from '../../../client-sim/swarm/referee.ts';
import type { Fault } from '../../../client-sim/swarm/ruling.ts';
import type { Stay } from '../../../client-sim/swarm/stay.ts';

/** What a referee hears of one client, bob, and of one message, each time at a moment of its own. */
class Scene {
  readonly referee = new Referee({ memory: 1 });
  readonly #publication: Publication;
  #moment = 0;
  #stay: Stay | undefined;
  #case: Case | undefined;
  #barrierAt: number | undefined;

  constructor(publication: Partial<Publication> = {}) {
    this.#publication = {
      via: 'request',
      fromUserId: 'alice',
      toUserIds: ['bob'],
      isIncludeSender: false,
      objectName: 'app:mood',
      ...publication,
    };
  }

  /** Plays the words one after the other; settles at the end unless it was told to before. */
  play(story: string): this {
    this.#case = undefined;
    for (const word of story.split(' ')) {
      this.#moment += 1;
      this.#play(word);
    }
    if (!this.#case!.settled) this.#settle();
    return this;
  }

  get faults(): readonly Fault[] {
    return this.#case!.rulings.flatMap(({ faults }) => faults);
  }

  #play(word: string): void {
    const { referee } = this;
    const at = this.#moment;
    switch (word) {
      case 'connect':
        this.#stay = referee.attendance.arrive('bob', at);
        break;
      case 'online':
        this.#stay!.online(at);
        break;
      case 'prove':
        this.#stay!.proven(at);
        break;
      case 'leave':
        this.#stay!.leave(at);
        break;
      case 'gone':
        this.#stay!.gone(at, true);
        break;
      case 'cut':
        this.#stay!.gone(at, false);
        break;
      case 'send':
        this.#case = referee.open(this.#publication, at);
        break;
      case 'accept':
        this.#case!.answered({ outcome: 'accepted', at, messageUIDs: new Map([['bob', 'UID']]) });
        break;
      case 'refuse':
        this.#case!.answered({ outcome: 'refused', at, code: 1008, errorMessage: 'Too many.' });
        break;
      case 'silence':
        this.#case!.answered({ outcome: 'unanswered', at, reason: 'cut' });
        break;
      case 'got':
        this.receive();
        break;
      case 'got-echo':
        this.receive({ kind: 'echo' });
        break;
      case 'got-other':
        this.receive({ messageUID: 'OTHER' });
        break;
      case 'barrier':
        this.#barrierAt = at;
        break;
      case 'settle':
        this.#settle();
        break;
      default:
        throw new Error(`No such word: ${word}`);
    }
  }

  /** Something of the message comes to bob; of the one with this number, if one is given. */
  receive(fields: Partial<Receipt> = {}, number = this.#case!.number): void {
    const receipt = {
      userId: 'bob',
      kind: 'status',
      messageUID: 'UID',
      at: this.#moment,
      stay: this.#stay!,
    } as const;
    this.referee.received(number, { ...receipt, ...fields });
  }

  #settle(): void {
    this.referee.settle(this.referee.answered(), new Map([['bob', this.#barrierAt ?? this.#moment]]));
  }
}

interface Row {
  story: string;
  faults?: Fault[];
  publication?: Partial<Publication>;
}

const sections: Record<string, Row[]> = {
  'surely online: exactly once': [
    { story: 'connect online send accept got' },
    { story: 'connect online send got accept' },
    { story: 'connect online send accept leave got gone' },
    { story: 'connect online send accept', faults: ['lost'] },
    { story: 'connect online send accept leave gone', faults: ['lost'] },
    { story: 'connect online send accept got got', faults: ['duplicate'] },
    { story: 'connect online send accept got got got', faults: ['duplicate', 'duplicate'] },
    { story: 'connect online send accept barrier got', faults: ['late', 'lost'] },
    { story: 'connect online send accept got settle got', faults: ['duplicate'] },
    { story: 'connect online send accept settle got', faults: ['lost', 'late'] },
    { story: 'connect online send accept leave gone connect online got', faults: ['late', 'lost'] },
    { story: 'connect online send accept got leave gone connect online got', faults: ['duplicate'] },
  ],
  'surely offline: never': [
    { story: 'send accept' },
    { story: 'send accept connect online' },
    { story: 'connect online leave gone send accept connect online' },
    { story: 'send accept connect online got', faults: ['late'] },
    { story: 'send accept connect got online', faults: ['late'] },
    { story: 'send accept settle connect online got', faults: ['late'] },
    { story: 'connect online leave gone send accept connect online got', faults: ['late'] },
  ],
  'coming or going: once at most': [
    { story: 'connect send online accept' },
    { story: 'connect send online accept got' },
    { story: 'send connect online got accept' },
    { story: 'send connect accept online' },
    { story: 'connect online send leave accept gone' },
    { story: 'connect online send leave accept got gone' },
    { story: 'connect online leave send accept gone' },
    { story: 'connect online leave send accept got gone' },
    { story: 'connect online leave send gone connect accept online got' },
    { story: 'connect send online accept got got', faults: ['duplicate'] },
    { story: 'connect online leave send got gone connect accept online got', faults: ['duplicate'] },
    { story: 'connect send online accept settle got', faults: ['late'] },
    { story: 'connect online send leave accept gone connect online got', faults: ['late'] },
  ],
  'a session that was cut: certain up to the last proof': [
    { story: 'connect online send accept cut' },
    { story: 'connect online send accept got cut' },
    { story: 'connect online send prove accept cut' },
    { story: 'connect online send accept prove cut', faults: ['lost'] },
    { story: 'connect online cut send accept connect online got', faults: ['late'] },
  ],
  'a refused publish: never': [
    { story: 'connect online send refuse' },
    { story: 'connect online send refuse got', faults: ['misdelivered'] },
    { story: 'connect online send got refuse', faults: ['misdelivered'] },
    { story: 'connect online send refuse settle got', faults: ['misdelivered'] },
  ],
  'a publish without an answer: once at most, whenever': [
    { story: 'connect online send silence' },
    { story: 'connect online send silence got' },
    { story: 'connect online send silence settle got' },
    { story: 'send silence connect online got' },
    { story: 'connect online send silence got got', faults: ['duplicate'] },
    { story: 'connect online leave gone send silence got', faults: ['late'] },
  ],
  'what is meant for somebody else: never': [
    {
      story: 'connect online send accept got',
      publication: { toUserIds: ['carol'] },
      faults: ['misdelivered'],
    },
    {
      story: 'connect online send accept settle got',
      publication: { toUserIds: ['carol'] },
      faults: ['misdelivered'],
    },
    { story: 'connect online send accept got got-other', faults: ['misdelivered'] },
    { story: 'connect online send accept got-other', faults: ['misdelivered', 'lost'] },
    { story: 'connect online send accept got got-echo', faults: ['misdelivered'] },
  ],
};

describe.for(Object.entries(sections))('%s', ([, rows]) => {
  it.for(rows)('$story → $faults', ({ story, publication, faults = [] }) => {
    expect(new Scene(publication).play(story).faults).toEqual(faults);
  });
});

/** Bob is the sender. */
const ownEcho = { fromUserId: 'bob', toUserIds: ['carol'], isIncludeSender: true };

const echoes: Row[] = [
  { story: 'connect online send accept got-echo', publication: ownEcho },
  { story: 'connect online send accept', publication: ownEcho, faults: ['lost'] },
  { story: 'connect online send accept got-echo got-echo', publication: ownEcho, faults: ['duplicate'] },
  { story: 'send accept connect online got-echo', publication: ownEcho, faults: ['late'] },
  { story: 'connect online send accept got', publication: ownEcho, faults: ['misdelivered', 'lost'] },
  {
    story: 'connect online send accept got-echo',
    publication: { ...ownEcho, isIncludeSender: false },
    faults: ['misdelivered'],
  },
  { story: 'connect online send accept got', publication: { ...ownEcho, toUserIds: ['bob'] } },
  {
    story: 'connect online send accept got got-echo',
    publication: { ...ownEcho, toUserIds: ['bob'] },
    faults: ['misdelivered'],
  },
];

it.for(echoes)('the echo is due as the message is: $publication.toUserIds $story → $faults', (row) => {
  expect(new Scene(row.publication).play(row.story).faults).toEqual(row.faults ?? []);
});

describe('the numbers', () => {
  it('say of each recipient what became of its message', () => {
    const scene = new Scene();
    for (const story of [
      'send accept connect online',
      'send accept got',
      'send accept',
      'send refuse',
      'send silence',
      'send leave accept',
    ]) {
      scene.play(story);
    }
    const { messages, delivered, dropped, faults } = scene.referee.tally;
    expect({ messages, delivered, dropped, lost: faults.lost }).toEqual({
      messages: 6,
      delivered: 1,
      dropped: { offline: 1, changing: 1, refused: 1, unanswered: 1 },
      lost: 1,
    });
  });

  it('count what came after the verdict as well', () => {
    const { referee } = new Scene().play('connect online send accept got settle got');
    expect(referee.tally.faults).toEqual({ duplicate: 1, late: 0, lost: 0, misdelivered: 0 });
  });

  it('tell the latency from sending to arrival', () => {
    const { referee } = new Scene().play('connect online send accept prove got');
    expect(referee.tally.latencyMs!.max).toBeCloseTo(3, 1);
  });

  it('have the last message of the errors with each code', () => {
    const { referee } = new Scene().play('send refuse').play('send refuse');
    expect([...referee.tally.refused]).toEqual([[1008, { count: 2, errorMessage: 'Too many.' }]]);
  });
});

describe('the first violation', () => {
  it('stays the first', () => {
    const { referee } = new Scene()
      .play('connect online send accept got')
      .play('send accept')
      .play('send accept got got');
    expect(referee.firstViolation).toMatchObject({ fault: 'lost', userId: 'bob', number: 2 });
  });

  it('is there as soon as something comes that must not come', () => {
    const scene = new Scene().play('connect online send accept got settle got');
    expect(scene.referee.firstViolation).toMatchObject({ fault: 'duplicate', receipt: { userId: 'bob' } });
  });
});

describe('memory', () => {
  it('a message that was forgotten is late when it comes', () => {
    const scene = new Scene()
      .play('connect online send accept got')
      .play('send accept got')
      .play('send accept got');
    scene.receive({}, 1);
    expect(scene.referee.firstViolation).toMatchObject({ fault: 'late', number: 1, case: undefined });
  });

  it('a message that was never sent is misdelivered', () => {
    const scene = new Scene().play('connect online send accept got');
    scene.receive({}, 2);
    expect(scene.referee.firstViolation).toMatchObject({ fault: 'misdelivered', number: 2, case: undefined });
  });
});

it('what has no answer yet is not judged', () => {
  const { referee } = new Scene();
  referee.open(
    {
      via: 'request',
      fromUserId: 'alice',
      toUserIds: ['bob'],
      isIncludeSender: false,
      objectName: 'app:mood',
    },
    1,
  );
  expect(referee.answered()).toEqual([]);
});
