import { Option } from 'commander';
import { connectPath } from '../../server/protocol/frames.ts';
import { address, headerValue } from './option-values.ts';

/** The simulator, and the app in it, that a command talks to. */
export interface Target {
  /** Without a slash at the end. */
  url: string;
  appKey?: string;
  adminToken?: string;
}

/** Where a simulator answers. */
export interface Addresses {
  url: string;
  wsUrl: string;
}

export const defaultPort = 4747;
export const defaultUrl = `http://127.0.0.1:${defaultPort}`;

/** Where the clients of the simulator at `url` connect. */
export function wsUrlOf(url: string): string {
  return url.replace(/^http/, 'ws') + connectPath;
}

export function urlOption(): Option {
  return new Option('--url <address>', 'address of the simulator')
    .argParser(address)
    .env('STATUS_SIM_URL')
    .default(defaultUrl);
}

export function appKeyOption(description = 'App-Key of the app (default in open mode: "default")'): Option {
  return new Option('--app-key <key>', description).argParser(headerValue);
}

export function adminTokenOption(): Option {
  return new Option('--admin-token <token>', 'token for /sim (needed when the simulator has apps)')
    .argParser(headerValue)
    .env('STATUS_SIM_ADMIN_TOKEN');
}
