import { randomInt } from 'node:crypto';
import { type Command, Option } from 'commander';
import { settingTable } from '../../server/app/settings.ts';
import { sign } from '../../server/core/signature.ts';
import type { AppCredentials } from '../../server/index.ts';
import { Failure } from './failure.ts';
import { callSim, readAnswer } from './sim-call.ts';
import { appKeyOption, type Target, urlOption } from './target.ts';
import { print } from './terminal.ts';

interface TokenOptions extends Target {
  user: string;
  app?: AppCredentials[];
}

export function addToken(program: Command): void {
  program
    .command('token')
    .description('Get a token for a user to log in with, as a back end does, and print it.')
    .requiredOption('--user <userId>', 'the user')
    .addOption(
      new Option('--app <KEY:SECRET>', 'the app, when the simulator has apps')
        .argParser(credentials)
        .env('STATUS_SIM_APPS'),
    )
    .addOption(urlOption())
    .addOption(appKeyOption())
    .addHelpText('after', examples)
    .action(token);
}

const examples = `
Examples:
  status-sim token --user bob
  status-sim token --user bob --app mykey:mysecret`;

/** Several are separated by commas, as in the variable. */
function credentials(text: string): AppCredentials[] {
  const { kind } = settingTable.apps;
  const apps = text.split(',').map((each) => kind.parse?.(each));
  if (apps.every((app) => kind.accepts(app))) return apps as AppCredentials[];
  throw new Failure(`--app must be ${kind.mustText ?? kind.must}.`, 2);
}

async function token({ user, app: apps = [], url, appKey }: TokenOptions): Promise<void> {
  const app = appKey === undefined ? apps[0] : apps.find(({ key }) => key === appKey);
  const signed = app === undefined ? { ...(appKey && { 'App-Key': appKey }) } : signedHeaders(app);
  const headers = { ...signed, 'Content-Type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams({ userId: user, name: user });
  const read = readAnswer<{ token: string }>({ url });
  const answer = await callSim({ url }, '/user/getToken.json', read, body, 10_000, headers);
  print(answer.token);
}

function signedHeaders({ key, secret }: AppCredentials): Record<string, string> {
  const [nonce, timestamp] = [String(randomInt(2 ** 40)), String(Date.now())];
  return { 'App-Key': key, Nonce: nonce, Timestamp: timestamp, Signature: sign(secret, nonce, timestamp) };
}
