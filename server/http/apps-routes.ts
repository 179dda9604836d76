import type { FastifyInstance } from 'fastify';
import type { Apps } from '../app/apps.ts';
import type { SimulatorSettings } from '../app/settings.ts';
import { integer, list, object, text } from '../protocol/json-schema.ts';
import { simDocs } from './route-docs.ts';
import { checkAdmin } from './sim-routes.ts';

const listed = 1000;

const summary = `The apps there are, the first ${listed}, and how many users are online in each.`;
const appsDocs = simDocs(summary, { answer: { apps: list(object({ appKey: text, online: integer })) } });

/** What is about all apps, and so needs no App-Key (B6.3). */
export function appsRoutes(apps: Apps, { adminToken }: SimulatorSettings) {
  return async (server: FastifyInstance): Promise<void> => {
    server.get('/sim/apps', appsDocs, async (request) => {
      if (!apps.open) checkAdmin(request, adminToken);
      const first = [...apps].slice(0, listed);
      await Promise.all(first.map((app) => app.directory.catchUp()));
      return {
        code: 200,
        apps: first.map((app) => ({ appKey: app.key, online: [...app.directory.onlineUsers()].length })),
      };
    });
  };
}
