import type {
  HistogramColumn,
  HistogramGrouping,
  HistogramQuery,
  HistogramRow,
} from "../../protocol/heap/histogram";
import type { Page } from "../../protocol/wire";

/**
 * Sorts, filters, groups and cuts the rows of a histogram. `rows` has one row a class, in any order.
 * @param stableName what classes made at run time are called without their counter or address
 */
export function histogramPage(
  rows: readonly HistogramRow[],
  { start, count, sort, filter, groupBy = "class", group }: Omit<HistogramQuery, "dump">,
  stableName: (name: string) => string,
): Page<HistogramRow> {
  const wanted = filter === undefined || filter === "" ? rows : rows.filter(matches(filter));
  const groupOf = (row: HistogramRow) => groupNameOf(row, groupBy, stableName);
  const inGroup = group === undefined ? wanted : wanted.filter((row) => groupOf(row) === group);
  const shown = groupBy === "class" || group !== undefined ? [...inGroup] : groupRows(inGroup, groupOf);
  const direction = sort.descending ? -1 : 1;
  shown.sort((a, b) => direction * compare(a, b, sort.column) || compare(a, b, "className"));
  const part = shown.slice(start, start + count);
  return { start, end: start + part.length, total: shown.length, rows: part };
}

function matches(filter: string): (row: HistogramRow) => boolean {
  const needle = filter.toLowerCase();
  return ({ className }) => className.toLowerCase().includes(needle);
}

function compare(a: HistogramRow, b: HistogramRow, column: HistogramColumn): number {
  if (column === "className") return a.className < b.className ? -1 : a.className > b.className ? 1 : 0;
  return figureIn(a, column) - figureIn(b, column);
}

/** Groups retain what they are themselves at least. */
function figureIn(row: HistogramRow, column: Exclude<HistogramColumn, "className">): number {
  return row[column] ?? (column === "retainedBytes" ? row.shallowBytes : 0);
}

/** undefined for a row that is in no group. */
function groupNameOf(
  row: HistogramRow,
  groupBy: HistogramGrouping,
  stableName: (name: string) => string,
): string | undefined {
  switch (groupBy) {
    case "class":
      return row.className;
    case "loader":
      return row.loader;
    case "package":
      return packageOf(row.className);
    case "generated": {
      const stable = stableName(row.className);
      return stable === row.className ? undefined : stable;
    }
  }
}

/** `java.util` of `java.util.HashMap$Node[]`; primitive arrays and classes without a package have names of their own. */
function packageOf(className: string): string {
  const dot = className.lastIndexOf(".");
  if (dot >= 0) return className.slice(0, dot);
  return /^(boolean|char|float|double|byte|short|int|long)(\[\])+$/.test(className)
    ? "(primitive arrays)"
    : "(default package)";
}

/**
 * One row a group, behind those in no group. Retained sizes of classes may overlap, so a group has none: a sum would count objects twice.
 */
function groupRows(
  rows: readonly HistogramRow[],
  groupOf: (row: HistogramRow) => string | undefined,
): HistogramRow[] {
  const single: HistogramRow[] = [];
  const groups = new Map<
    string,
    { objects: number; shallowBytes: number; classes: number; loader: string }
  >();
  for (const row of rows) {
    const name = groupOf(row);
    if (name === undefined) {
      single.push(row);
      continue;
    }
    const sum = groups.get(name) ?? { objects: 0, shallowBytes: 0, classes: 0, loader: row.loader };
    sum.objects += row.objects;
    sum.shallowBytes += row.shallowBytes;
    sum.classes++;
    if (sum.loader !== row.loader) sum.loader = "";
    groups.set(name, sum);
  }
  return single.concat(Array.from(groups, ([className, sum]) => ({ classIndex: -1, className, ...sum })));
}
