import {
  type Clock,
  type PresenceFrame,
  type ReceivedFrame,
  type ServerFrame,
  type StatusFrame,
  TypingReceiver,
  typingType,
} from '../index.ts';
import { frameLine, lineHead } from './frame-line.ts';
import { printable } from './printable.ts';
import type { Colors } from './terminal.ts';

export interface ScreenOptions {
  userId: string;
  /** Of the column for the user. */
  userWidth: number;
  clock: Clock;
  colors: Colors;
  /** Takes a line. */
  write: (line: string) => void;
}

/** What one user sees, line by line: the messages, who is typing, and who comes and goes. */
export class Screen {
  readonly #options: ScreenOptions;
  readonly #typing: TypingReceiver;
  /** The time of the frame that is being taken. */
  #frameAt: number | undefined;

  constructor(options: ScreenOptions) {
    this.#options = options;
    const { clock, userId, colors } = options;
    const onChange = (typist: string, isTyping: boolean) => {
      // That somebody began is told with the message that says so.
      if (!isTyping)
        this.#write(this.#frameAt ?? clock.now(), colors.dim(`${printable(typist)} stopped typing`));
    };
    this.#typing = new TypingReceiver({ clock, userId, onChange });
  }

  /** Takes each frame of the user's session; those that a user does not see are passed over. */
  show(frame: ServerFrame): void {
    switch (frame.type) {
      case 'presence':
        this.#showPresence(frame);
        break;
      case 'echo':
        this.#writeFrame(frame);
        break;
      case 'status':
        if (isTyping(frame)) this.#showTyping(frame);
        else this.#showMessage(frame);
    }
  }

  #showPresence(frame: PresenceFrame): void {
    const { colors } = this.#options;
    this.#receive(frame, frame.at);
    const state = frame.online ? colors.green('online') : colors.yellow('offline');
    this.#write(frame.at, `${printable(frame.userId)} is ${state}`);
  }

  #showMessage(frame: StatusFrame): void {
    this.#receive(frame, frame.sentTime);
    this.#writeFrame(frame);
  }

  #showTyping(frame: StatusFrame): void {
    const { fromUserId, sentTime } = frame;
    const before = this.#typing.isTyping(fromUserId);
    this.#receive(frame, sentTime);
    if (this.#typing.isTyping(fromUserId))
      this.#write(sentTime, this.#options.colors.cyan(`${printable(fromUserId)} is typing…`));
    else if (!before) this.#writeFrame(frame); // too late to count, or a stop of what was not shown
  }

  #receive(frame: ServerFrame, at: number): void {
    this.#frameAt = at;
    this.#typing.receive(frame);
    this.#frameAt = undefined;
  }

  #writeFrame(frame: ReceivedFrame): void {
    const { userId, userWidth, colors, write } = this.#options;
    write(frameLine(userId, frame, userWidth, colors));
  }

  #write(at: number, text: string): void {
    const { userId, userWidth, colors, write } = this.#options;
    write(`${lineHead(at, userId, userWidth, colors)}  ${text}`);
  }
}

/** Nobody is shown as typing in a group (A6). */
function isTyping({ objectName, channelType }: StatusFrame): boolean {
  return objectName === typingType && channelType === 'PERSON';
}
