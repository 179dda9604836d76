import type { Candidate } from '../candidate.ts';
import { configFile } from '../config-file.ts';
import { numberedUID, statusText } from '../wire.ts';

export const mosquitto: Candidate = {
  name: 'mosquitto',
  about: 'mosquitto over TCP, a topic for each user, a PUBLISH for each recipient; no HTTP, no answer',
  wire: {
    opening: (userId) => connect(userId) + packet(0x82, `\0\x01${text(userId)}\0`),
    opened: '\x90\x03', // SUBACK
    hello: connect(''),
    publish({ userIds }, content) {
      const packets = userIds.map((userId, index) => {
        return publish(userId, statusText(content, numberedUID(index)));
      });
      return Buffer.from(packets.join(''), 'latin1');
    },
    answer: '',
    answersTo: () => 0,
    frameBytes: (content) => publish('user-000000', statusText(content, numberedUID())).length,
  },
  async command(port) {
    const text = `listener ${port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n`;
    return { program: 'mosquitto', args: ['-c', configFile('mosquitto.conf', text)], readyText: ' running' };
  },
};

/** CONNECT of MQTT 3.1.1: a clean session without keep-alive. */
function connect(clientId: string): string {
  return packet(0x10, `${text('MQTT')}\x04\x02\0\0${text(clientId)}`);
}

function publish(topic: string, payload: string): string {
  return packet(0x30, text(topic) + payload);
}

function packet(type: number, body: string): string {
  let length = '';
  for (let rest = body.length; ; rest >>= 7) {
    if (rest < 128) return String.fromCharCode(type) + length + String.fromCharCode(rest) + body;
    length += String.fromCharCode((rest & 127) | 128);
  }
}

function text(value: string): string {
  return String.fromCharCode(value.length >> 8, value.length & 255) + value;
}
