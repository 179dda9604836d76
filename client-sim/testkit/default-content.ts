/** What a message of this type says when a test does not care: a built-in type wants a JSON object (B3.6). */
export function defaultContent(objectName: string): object {
  switch (objectName) {
    case 'RC:TxtMsg':
      return { content: 'hello' };
    case 'RC:TypSts':
      return { typingContentType: 'RC:TxtMsg' };
    default:
      return {};
  }
}
