import { limits } from '../server/protocol/limits.ts';
import { builtInType, type MessageTypeFlags, reservedPrefix } from '../server/protocol/message-types.ts';

/** The message types that a receiving app can parse: the built-in ones (A7), and the custom ones it registers (A1). */
export class MessageTypes {
  readonly #custom = new Map<string, MessageTypeFlags>();

  /** Throws a RangeError for a name that no custom type can have, and an Error for one registered with other flags. */
  registerMessageType(name: string, { stored, counted }: MessageTypeFlags): void {
    refuseImpossible(name);
    const known = this.#custom.get(name);
    if (known && (known.stored !== stored || known.counted !== counted))
      throw new Error(`The message type ${name} is registered already, with other flags.`);
    this.#custom.set(name, { stored, counted });
  }

  /** Undefined for a type that the app cannot parse. */
  flagsOf(objectName: string): MessageTypeFlags | undefined {
    return builtInType(objectName) ?? this.#custom.get(objectName);
  }
}

function refuseImpossible(name: string): void {
  const characters = [...name].length;
  if (characters === 0) throw new RangeError('A message type needs a name.');
  if (name.startsWith(reservedPrefix))
    throw new RangeError(`A custom message type must not begin with ${reservedPrefix}: ${name}`);
  if (characters > limits.objectNameCharacters)
    throw new RangeError(
      `The name of a message type has at most ${limits.objectNameCharacters} characters, not ${characters}: ${name}`,
    );
}
