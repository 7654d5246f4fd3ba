/** A goroutine as the runtime's trace tells it. */
export interface TracedGoroutine {
  readonly id: number;
  /** `chan receive` */
  readonly state: string;
  /** `main.receive:47`, innermost first. */
  readonly frames: readonly string[];
  readonly created: string | undefined;
}

/** What traces leave out: wrappers the compiler made, and the end of every stack. */
export function isShownInTraces(name: string): boolean {
  return !/\.(gowrap\d+|deferwrap\d+)$|-fm$|^runtime\.goexit$/.test(name);
}

/** Reads what a Go program prints as it dies with GOTRACEBACK=crash, by the goroutines' numbers. */
export function goTraceOf(text: string): TracedGoroutine[] {
  const found = new Map<number, TracedGoroutine>();
  for (const block of text.split(/\n\n+/)) {
    const lines = block.split("\n");
    const start = lines.findIndex((line) => /^goroutine [1-9]\d* .*\[/.test(line));
    const head = /^goroutine (\d+) .*?\[([^\],]*)/.exec(lines[start] ?? "");
    const id = Number(head?.[1]);
    // A goroutine that runs may be told twice: by its own thread and in the list of all.
    if (head === null || found.has(id)) continue;
    const frames: string[] = [];
    let created: string | undefined;
    for (let at = start + 1; at + 1 < lines.length; at++) {
      const line = /^\t.*:(\d+)/.exec(lines[at + 1]!)?.[1];
      if (line === undefined) continue;
      const name = lines[at]!;
      if (name.startsWith("created by "))
        created = `${name.slice("created by ".length).replace(/ in goroutine \d+$/, "")}:${line}`;
      else if (isShownInTraces(functionIn(name))) frames.push(`${functionIn(name)}:${line}`);
    }
    found.set(id, { id, state: head[2]!, frames, created });
  }
  return [...found.values()].sort((a, b) => a.id - b.id);
}

/** `main.(*tree).walk(0x1, {0x2, 0x3})` without its arguments. */
function functionIn(line: string): string {
  return line.endsWith(")") ? line.slice(0, line.lastIndexOf("(")) : line;
}
