import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect } from 'vitest';
import { it } from '../fixtures/simulator.ts';

const many = Array.from({ length: 1000 }, (_, index) => `user ${index}`);

describe('a reader of the trace that does not read', () => {
  it.override('options', { traceReaders: 1, recipientsPerMinute: Number.POSITIVE_INFINITY });

  it('B6.5 is disconnected', async ({ simulator, onTestFinished }) => {
    const { hostname, port } = new URL(simulator.url);
    const reader = connect(Number(port), hostname);
    onTestFinished(() => void reader.destroy());
    reader.on('error', () => {});
    reader.write('GET /sim/trace HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(reader, 'data');
    reader.pause();
    /** Only then is there room for another one. */
    const isGone = async () => {
      const { status, body } = await fetch(`${simulator.url}/sim/trace`);
      await body?.cancel();
      return status === 200;
    };
    let reports = 0; // of some 100 KB each; the system holds a few megabytes
    while (reports < 300 && !(await isGone())) {
      simulator.publish({ fromUserId: 'alice', toUserId: many, objectName: 'app:mood', content: 'fine' });
      reports++;
    }
    expect(reports).toBeLessThan(300);
  });
});
