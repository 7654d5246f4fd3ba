/**
 * What stands around the lines of a text that came through a terminal or a log collector: colours, and in front of
 * every line a time, a host or a container. Without it the text is what the tool printed.
 */

const escapeCharacter = String.fromCharCode(0x1b);
/** Colours and cursor movements (ECMA-48 control sequences), and window titles. */
const control = new RegExp(
  `${escapeCharacter}(?:\\[[0-9;?]*[A-Za-z]|\\][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\))`,
  "g",
);

const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/.source;
const prefixes: readonly RegExp[] = [
  // `kubectl logs --prefix`, also with `--timestamps`.
  new RegExp(`^\\[pod/[^\\]]+\\](?: ${time})?(?: |$)`),
  // `kubectl logs --timestamps`, `docker logs -t`, and files of containerd (`… stdout F `).
  new RegExp(`^${time}(?: (?:stdout|stderr) [FP])?(?: |$)`),
  // `docker compose logs`.
  /^[\w.-]+ +\|(?: |$)/,
  // journald and syslog.
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ [\w./-]+(?:\[\d+\])?:(?: |$)/,
];

/** So many of the first lines must have it; a line of the shell that printed the text may stand among them. */
const leastShare = 0.9;

/** Takes away what stands around a line. */
export type Undecorate = (line: string) => string;

/**
 * What to take away from every line of a text, told by its first lines.
 * @param head the first part of the text; its last line may be cut
 */
export function undecorateFor(head: string): Undecorate {
  const plain = (line: string) => (line.includes(escapeCharacter) ? line.replace(control, "") : line);
  const lines = head
    .split(/\r?\n/)
    .slice(0, 400)
    .map(plain)
    .filter((line) => line.trim() !== "");
  if (lines.length < 2) return plain;
  const prefix = prefixes.find(
    (each) => lines.filter((line) => each.test(line)).length >= leastShare * lines.length,
  );
  return prefix === undefined ? plain : (line) => plain(line).replace(prefix, "");
}

/** The first part of a text as the tool printed it, for telling its kind. */
export function undecorated(head: string): string {
  const undecorate = undecorateFor(head);
  return head
    .split("\n")
    .map((line) => undecorate(line))
    .join("\n");
}
