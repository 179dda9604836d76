/**
 * The data of server-sent events, each a line. Ends when the stream does, even if it is cut off.
 * @param chunks texts, broken anywhere
 */
export async function* sentEvents(chunks: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let rest = '';
  for await (const chunk of untilCutOff(chunks)) {
    // Not by `readline`, for which U+2028 ends a line: a user id may hold one.
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      if (line.startsWith('data: ')) yield line.slice('data: '.length);
    }
  }
}

async function* untilCutOff(chunks: AsyncIterable<string>) {
  try {
    yield* chunks;
  } catch {
    // What has arrived is complete up to the last line: that is all there is to say.
  }
}
