const lack = ": no names of functions, no lines, no variables";

/** First line of what stands in for a source, where the file of a module is not here: a client offers to provide it. */
export function missingHead(path: string, isMissing: boolean): string {
  return `; ${path} ${isMissing ? "not found" : "is of another build"}${lack}`;
}

/** The module that such a line is about; undefined for any other line. */
export function missingInHead(line: string): string | undefined {
  if (!line.startsWith("; ") || !line.endsWith(lack)) return undefined;
  const said = line.slice(2, -lack.length);
  const end = [" not found", " is of another build"].find((words) => said.endsWith(words));
  return end === undefined ? undefined : said.slice(0, -end.length);
}
