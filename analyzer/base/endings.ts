/** The text without as many `ending`s as stand at its end. (`/x+$/` takes time quadratic in a text of many x.) */
export function withoutEnding(text: string, ending: string): string {
  let end = text.length;
  while (end >= ending.length && text.startsWith(ending, end - ending.length)) end -= ending.length;
  return text.slice(0, end);
}
