/** What a client sent is no frame of its protocol: the session ends. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}
