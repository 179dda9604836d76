/** What a failed assertion says; undefined when it does not fail. */
export async function failureOf(assertion: () => unknown): Promise<string | undefined> {
  try {
    await assertion();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
