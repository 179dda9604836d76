import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Candidate } from '../candidate.ts';
import { configFile } from '../config-file.ts';
import { httpOk, numberedUID, post, statusText, upgrade, upgraded, webSocketFrameBytes } from '../wire.ts';

/** Where Debian puts it. */
const module = '/usr/lib/nginx/modules/ngx_nchan_module.so';

export const nchan: Candidate = {
  name: 'nchan',
  about: 'nginx with nchan, a channel for each user, a POST for each recipient',
  wire: {
    opening: (userId) => upgrade(`/subscribe?id=${userId}`),
    opened: upgraded,
    publish({ userIds }, content) {
      const posts = userIds.map((userId, index) => {
        return post(`/publish?id=${userId}`, 'application/json', statusText(content, numberedUID(index)));
      });
      return Buffer.concat(posts);
    },
    answer: httpOk,
    answersTo: (recipients) => recipients,
    frameBytes: (content) => webSocketFrameBytes(statusText(content, numberedUID())),
  },
  async command(port) {
    if (!existsSync(module)) throw new Error(`there is no ${module}`);
    const file = configFile('nginx.conf', configuration(port));
    return {
      program: 'nginx',
      args: ['-p', dirname(file), '-c', file],
      readyText: 'using the "epoll" event method',
    };
  },
};

function configuration(port: number): string {
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
    load_module ${module};
    daemon off;
    master_process off;
    pid nginx.pid;
    error_log stderr notice;
    worker_rlimit_nofile 20000;
    events { worker_connections 19900; }
    http {
      access_log off;
      tcp_nodelay on;
      keepalive_requests 1000000000;
      keepalive_timeout 1h;
      nchan_shared_memory_size 1g; # a message of 128 KB in each of 1000 channels, and more
      client_max_body_size 2m;
      client_body_buffer_size 2m;
      ${folders.map((name) => `${name}_temp_path ${name};`).join('\n')}
      server {
        listen 127.0.0.1:${port} backlog=1024;
        location = /publish { nchan_publisher; nchan_channel_id $arg_id; nchan_message_buffer_length 1; }
        location = /subscribe { nchan_subscriber websocket; nchan_channel_id $arg_id; nchan_subscriber_first_message newest; }
      }
    }`;
}
