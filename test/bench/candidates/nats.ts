import type { Candidate } from '../candidate.ts';
import { configFile } from '../config-file.ts';
import { numberedUID, statusText } from '../wire.ts';

export const nats: Candidate = {
  name: 'nats-server',
  about: 'nats-server over TCP, a subject for each user, a PUB for each recipient; no HTTP, no answer',
  wire: {
    opening: (userId) => `CONNECT {"verbose":false}\r\nSUB ${userId} 1\r\nPING\r\n`,
    opened: 'PONG',
    hello: 'CONNECT {"verbose":false}\r\n',
    publish({ userIds }, content) {
      const commands = userIds.map((userId, index) => {
        const payload = statusText(content, numberedUID(index));
        return `PUB ${userId} ${Buffer.byteLength(payload)}\r\n${payload}\r\n`;
      });
      return Buffer.from(commands.join(''));
    },
    answer: '',
    answersTo: () => 0,
    frameBytes(content) {
      const length = Buffer.byteLength(statusText(content, numberedUID()));
      return `MSG user-000000 1 ${length}\r\n`.length + length + 2;
    },
  },
  async command(port) {
    const text = `listen: "127.0.0.1:${port}"\nping_interval: "24h"\n`; // the load answers no ping
    return {
      program: 'nats-server',
      args: ['-c', configFile('nats.conf', text)],
      readyText: 'Server is ready',
    };
  },
};
