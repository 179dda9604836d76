/** Content for tests that do not care. Built-in types need a JSON object (B3.6). */
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
