/** The load of load.c for a machine without a C compiler. Slower: it may be what limits a fast server. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { type Command, commandsFrom } from './commands.ts';

const [port, pid, , ...hex] = process.argv.slice(2);
const [answerMark = '', ...steps] = hex.map((each) => Buffer.from(each, 'hex').toString('latin1'));
const mostOpening = 64;
const ticksPerSecond = 100;
/** All that arrives is written over all that arrived before: nobody reads it. */
const buffer = Buffer.allocUnsafe(2 ** 18);

let received = 0;
let answers = 0;
let advance = () => {};
let opening: Promise<void>[] = [];
let callers: Socket[] = [];
let publishes: Buffer[] = [];
let nextPublish = 0;

async function obey({ words, bytes }: Command): Promise<void> {
  const [word, ...values] = words;
  const [first = 0, second = 0, third = 0] = values.map(Number);
  switch (word) {
    case 'open':
      opening.push(openSession(bytes));
      if (opening.length < mostOpening) break;
      await Promise.all(opening);
      opening = [];
      break;
    case 'opened':
      await Promise.all(opening);
      print('opened');
      break;
    case 'publish':
      publishes = [bytes];
      nextPublish = 0;
      break;
    case 'also':
      publishes.push(bytes);
      break;
    case 'callers':
      for (const caller of callers) caller.removeAllListeners().destroy();
      callers = await Promise.all(Array.from({ length: first }, () => openCaller(bytes)));
      print('ready');
      break;
    case 'run':
      await run(first, second, third);
      break;
  }
}

async function openSession(hello: Buffer): Promise<void> {
  const [openedMark = '', reply, joinedMark = ''] = steps;
  await new Promise<void>((resolve) => {
    let isMet = marksIn(openedMark);
    let replied = reply === undefined;
    let opened = false;
    const socket = dial((length) => {
      if (opened) {
        received += length;
        advance();
      } else if (isMet(buffer.subarray(0, length)) > 0) {
        opened = replied;
        if (opened) resolve();
        else socket.write(reply!, 'latin1');
        isMet = marksIn(joinedMark);
        replied = true;
      }
    });
    socket.write(hello);
  });
}

async function openCaller(hello: Buffer): Promise<Socket> {
  const answersIn = marksIn(answerMark);
  const socket = dial((length) => {
    if (answerMark === '') return;
    answers += answersIn(buffer.subarray(0, length));
    advance();
  });
  await once(socket, 'connect');
  socket.write(hello);
  return socket;
}

function dial(take: (length: number) => void): Socket {
  const callback = (length: number) => {
    take(length);
    return true;
  };
  const socket = connect({
    port: Number(port),
    host: '127.0.0.1',
    noDelay: true,
    onread: { buffer, callback },
  });
  socket.on('error', ({ message }) => fail(message));
  socket.on('end', () => fail('the server closed a connection'));
  return socket;
}

/** Counts a mark in a stream of bytes. No mark repeats its own beginning. */
function marksIn(mark: string): (bytes: Buffer) => number {
  let matched = 0;
  return (bytes) => {
    let found = 0;
    for (const byte of bytes) {
      matched = byte === mark.charCodeAt(matched) ? matched + 1 : Number(byte === mark.charCodeAt(0));
      if (matched < mark.length) continue;
      matched = 0;
      found++;
    }
    return found;
  };
}

async function run(batches: number, bytes: number, expectedAnswers: number): Promise<void> {
  const latencies: bigint[] = [];
  const cpu = serverCpu();
  const started = process.hrtime.bigint();
  for (let batch = 0; batch < batches; batch++) latencies.push(await runBatch(bytes, expectedAnswers));
  print(`done ${process.hrtime.bigint() - started} ${serverCpu() - cpu} ${latencies.join(' ')}`);
}

function runBatch(bytes: number, expectedAnswers: number): Promise<bigint> {
  const started = process.hrtime.bigint();
  let arrived: bigint | undefined;
  received = 0;
  answers = 0;
  return new Promise((resolve) => {
    advance = () => {
      if (received > bytes) fail(`${received} bytes where ${bytes} were expected`);
      const answered = answers >= expectedAnswers;
      if (received === bytes && (bytes > 0 || answered)) arrived ??= process.hrtime.bigint() - started;
      if (answered && arrived !== undefined) resolve(arrived);
    };
    for (const caller of callers) caller.write(publishes[nextPublish++ % publishes.length]!);
  });
}

/** In nanoseconds, to a hundredth of a second: Linux tells no more of another process. */
function serverCpu(): bigint {
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [userTicks, systemTicks] = fields.split(' ').slice(11, 13).map(Number);
  return BigInt((userTicks! + systemTicks!) * (1e9 / ticksPerSecond));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(reason: string): never {
  print(`failed ${reason}`);
  process.exit(1);
}

for await (const command of commandsFrom(process.stdin)) await obey(command);
process.exit();
