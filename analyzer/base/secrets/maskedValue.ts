/** First and last character of what is long enough, and nothing of the rest. */
export function maskedValue(value: string): string {
  if (value.length < 8) return "***";
  return `${value[0]!}***${value.at(-1)!}`;
}
