import type { SimulatorSettings } from '../../server/app/settings.ts';
import { version } from '../../server/version.ts';
import { invocation } from './invocation.ts';
import { printable } from './printable.ts';
import { type Addresses, defaultUrl } from './target.ts';

/** What the user should know once the simulator is up. */
export function banner({ url, wsUrl }: Addresses, { apps, initialState }: SimulatorSettings): string {
  const appKey = apps[0] && printable(apps[0].key);
  const connect = `${invocation} connect${url === defaultUrl ? '' : ` --url ${url}`}`;
  return `
status-sim ${version}, ${modeOf(apps.length)}
  server API  ${url}
  clients     ${wsUrl}
  demo page   ${url}/${onlineLines(initialState)}

Bring a user online:
  ${connect} ${appKey === undefined ? '--user bob' : `--app-key ${appKey} --token TOKEN   # from ${url}/user/getToken.json`}
Send a status message:
${appKey === undefined ? openPublish(url) : signedPublish(url, appKey)}

Press Ctrl-C to stop. Live trace:
`;
}

/** Who is online from the start, a line an app. */
function onlineLines(states: SimulatorSettings['initialState']): string {
  const lines = states.map(({ appKey, online = [] }) => {
    const users = online.map(
      ({ userId, platform }) => userId + (platform === undefined ? '' : `@${platform}`),
    );
    const shown = users.length > 10 ? [...users.slice(0, 10), `${users.length - 10} more`] : users;
    const where = appKey === undefined ? '' : ` (in the app ${printable(appKey)})`;
    return users.length === 0 ? '' : `\n  online      ${printable(shown.join(', '))}${where}`;
  });
  return lines.join('');
}

function modeOf(apps: number): string {
  if (apps === 0) return 'open mode: any App-Key, no signatures';
  return `${apps === 1 ? '1 app' : `${apps} apps`}: signatures are checked, and clients need a token`;
}

const publishForm = `-d fromUserId=alice -d toUserId=bob -d objectName=RC:TxtMsg -d 'content={"content":"hi"}'`;

function openPublish(url: string): string {
  return `  curl -w '\\n' ${url}/statusmessage/private/publish.json ${publishForm}`;
}

function signedPublish(url: string, appKey: string): string {
  return `  secret=SECRET nonce=$RANDOM timestamp=$(date +%s)
  signature=$(printf %s "$secret$nonce$timestamp" | openssl dgst -sha1 -r | cut -c1-40)
  curl -w '\\n' ${url}/statusmessage/private/publish.json -H "App-Key: ${appKey}" -H "Nonce: $nonce" -H "Timestamp: $timestamp" -H "Signature: $signature" ${publishForm}`;
}
