import { type AppOptions, type AppParts, createParts } from './app-parts.ts';
import { LocalControl } from './control.ts';
import { LocalDirectory } from './directory.ts';
import type { Control, Directory, Publisher } from './ports.ts';
import { LocalPublisher } from './publisher.ts';

/** One App-Key and all that it owns: users, sessions, blacklists, groups, rates, time. Nothing crosses apps (B4.1). */
export interface App extends AppParts {
  readonly publisher: Publisher;
  readonly directory: Directory;
  readonly control: Control;
}

/** The app itself: complete, and done with whatever it is asked when the call returns. */
export interface LocalApp extends App {
  readonly publisher: LocalPublisher;
  readonly directory: LocalDirectory;
  readonly control: LocalControl;
}

export function createApp(options: AppOptions): LocalApp {
  const parts = createParts(options);
  return {
    ...parts,
    publisher: new LocalPublisher(parts),
    directory: new LocalDirectory(parts),
    control: new LocalControl(parts),
  };
}
