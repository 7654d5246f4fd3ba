import type { Evidence } from "./evidence";
import { residencyOf } from "./residency";

/** One part over a series of inputs. */
export interface EvidenceGrowth {
  readonly name: string;
  readonly of: string;
  /** One value per input that has figures of this sort; 0 where it does not occur. */
  readonly values: readonly number[];
  /** Last minus first. */
  readonly change: number;
  readonly unit: "bytes" | "count";
}

const mostRows = 2000;

/**
 * Compares inputs of one process over time: categories, owners of resident memory, mappings, size classes and
 * threads, whatever the inputs have in common.
 * @returns largest absolute change first, bytes before counts
 */
export function evidenceGrowthOf(evidence: readonly Evidence[]): EvidenceGrowth[] {
  // What an input does not know is not zero: a rollup without mappings, a report of a JVM without tracking.
  const inputsWith = new Map<string, Set<number>>();
  const rows = new Map<string, { name: string; of: string; values: number[]; unit: "bytes" | "count" }>();
  evidence.forEach((each, at) => {
    const add = (of: string, name: string, value: number | undefined, unit: "bytes" | "count" = "bytes") => {
      if (value === undefined) return;
      const key = `${of}\n${name}`;
      let row = rows.get(key);
      if (row === undefined) {
        row = { name, of, values: new Array<number>(evidence.length).fill(0), unit };
        rows.set(key, row);
      }
      inputsWith.set(of, (inputsWith.get(of) ?? new Set<number>()).add(at));
      row.values[at] = row.values[at]! + value;
    };
    add("process", "RSS", each.rss?.bytes);
    add("heap", "Java heap committed", each.heap?.committedBytes);
    add("heap", "Java heap live", each.heap?.liveBytes);
    add("heap", "Java heap softly reachable", each.heap?.softBytes);
    add("heap", "Java heap garbage", each.heap?.garbageBytes);
    for (const category of each.categories ?? []) add("category", category.name, category.committedBytes);
    for (const part of residencyOf(each.mappings ?? [], each.reservations ?? []))
      add("resident", part.name, part.bytes);
    for (const mapping of each.mappings ?? [])
      if (mapping.name !== "") add("mapping", mapping.name, mapping.rssBytes);
    const { malloc, threads } = each;
    add("malloc", "used", malloc?.usedBytes);
    add("malloc", "free inside arenas", malloc?.freeBytes);
    add("malloc", "free at the top", malloc?.topBytes);
    add("malloc", "mmapped", malloc?.mmappedBytes);
    add("malloc", "leaked", malloc?.leakedBytes);
    add("malloc", "arenas", malloc?.arenas, "count");
    for (const { name, usedBytes, freeBytes } of each.arenas ?? []) {
      add("arena", `${name}, used`, usedBytes);
      add("arena", `${name}, free`, freeBytes);
    }
    for (const { name, bytes } of each.owners ?? []) add("region", name, bytes);
    for (const { size, bytes } of each.sizeClasses ?? []) add("size class", `${size} bytes`, bytes);
    add("threads", threads?.what ?? "", threads?.count, "count");
    for (const group of each.threadGroups ?? []) add("thread group", group.name, group.count, "count");
    add("classes", "loaded classes", each.loadedClasses, "count");
  });
  return [...rows.values()]
    .map((row) => ({ ...row, values: row.values.filter((_, at) => inputsWith.get(row.of)!.has(at)) }))
    .filter(({ values }) => values.length > 1)
    .map((row) => ({ ...row, change: row.values.at(-1)! - row.values[0]! }))
    .sort((a, b) =>
      a.unit === b.unit ? Math.abs(b.change) - Math.abs(a.change) : a.unit === "bytes" ? -1 : 1,
    )
    .slice(0, mostRows);
}
