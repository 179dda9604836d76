import type { AppCredentials } from '../../server/index.ts';
import { version } from '../../server/version.ts';
import { invocation } from './invocation.ts';
import { printable } from './printable.ts';
import { type Addresses, defaultUrl } from './target.ts';

/** What the user should know once the simulator is up. @param apps none in open mode */
export function banner({ url, wsUrl }: Addresses, apps: readonly AppCredentials[] = []): string {
  const appKey = apps[0] && printable(apps[0].key);
  const connect = `${invocation} connect${url === defaultUrl ? '' : ` --url ${url}`}`;
  return `
status-sim ${version}, ${modeOf(apps.length)}
  server API  ${url}
  clients     ${wsUrl}
  demo page   ${url}/

Bring a user online:
  ${connect} ${appKey === undefined ? '--user bob' : `--app-key ${appKey} --token TOKEN   # from ${url}/user/getToken.json`}
Send a status message:
${appKey === undefined ? openPublish(url) : signedPublish(url, appKey)}

Press Ctrl-C to stop. Live trace:
`;
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
