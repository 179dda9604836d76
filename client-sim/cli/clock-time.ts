/** Local time of day to the millisecond, like `14:02:13.040`. @param at milliseconds since 1970 */
export function clockTime(at: number): string {
  const date = new Date(at);
  return `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
