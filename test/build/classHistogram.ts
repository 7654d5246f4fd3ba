/** A row of `jcmd GC.class_histogram`, classes of one name added up. */
export interface HistogramRow {
  readonly objects: number;
  readonly bytes: number;
}

/** Reads what jcmd or jmap printed, with or without the numbers of the rows; names as Java writes them. */
export function parseClassHistogram(text: string): { rows: Map<string, HistogramRow>; bytes: number } {
  const rows = new Map<string, HistogramRow>();
  for (const line of text.split("\n")) {
    const found = /^\s*(?:\d+:)?\s+(\d+)\s+(\d+)\s+(\S+)/.exec(line);
    if (found === null) continue;
    const name = javaName(found[3]!);
    const before = rows.get(name) ?? { objects: 0, bytes: 0 };
    rows.set(name, { objects: before.objects + Number(found[1]), bytes: before.bytes + Number(found[2]) });
  }
  const total = /^Total\s+\d+\s+(\d+)/m.exec(text);
  return { rows, bytes: Number(total?.[1] ?? Number.NaN) };
}

const primitives = new Map(
  Object.entries({
    B: "byte",
    C: "char",
    D: "double",
    F: "float",
    I: "int",
    J: "long",
    S: "short",
    Z: "boolean",
  }),
);

/** `[Ljava.lang.String;` and `[B` are how jcmd names arrays. */
function javaName(name: string): string {
  const [, brackets = "", element = ""] = /^(\[*)(.*)$/.exec(name) ?? [];
  if (brackets === "") return element;
  const base = primitives.get(element) ?? element.slice(1, -1);
  return base + "[]".repeat(brackets.length);
}
