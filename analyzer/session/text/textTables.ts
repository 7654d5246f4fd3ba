import { assertUnreachable } from "../../base/assert";
import { ExhumeError } from "../../base/errors";
import { formatHex } from "../../base/units";
import { residencyOf } from "../../core/regions/residency";
import { evidenceOfText } from "../../core/regions/textEvidence";
import type { SavedText } from "../../formats/texts/savedText";
import type { PrintedStackGroup } from "../../formats/texts/stackGroups";
import type { CellUnit, TextRow, TextTableQuery } from "../../protocol/text/tables";
import type { Page } from "../../protocol/wire";

/** A list of a text whose rows are made when they are asked for. */
export interface Table {
  readonly name: string;
  readonly title: string;
  readonly columns: readonly { readonly title: string; readonly unit: CellUnit }[];
  readonly rowCount: number;
  readonly row: (index: number) => TextRow;
}

/** The lists a text holds, the most telling first. */
export function tablesOf(text: SavedText): Table[] {
  switch (text.kind) {
    case "nmt":
      return [
        tableOf(
          "categories",
          "Categories",
          "Category:text Committed:bytes Change:bytes Reserved:bytes malloc:bytes",
          text.categories,
          (each) => [
            each.name,
            each.committedBytes,
            each.committedChangeBytes ?? null,
            each.reservedBytes,
            each.mallocBytes + each.arenaBytes,
          ],
        ),
        ...(text.sites.length === 0
          ? []
          : [
              tableOf(
                "sites",
                "Call sites",
                "Function:text Bytes:bytes Change:bytes Count:count Category:text",
                text.sites,
                (each) => [
                  each.frames[0] ?? "",
                  each.bytes,
                  each.changeBytes ?? null,
                  each.count,
                  each.category,
                ],
                (each) => each.frames,
              ),
            ]),
        ...(text.reservations.length === 0
          ? []
          : [
              tableOf(
                "reservations",
                "Reserved ranges",
                "Start:address End:address Category:text Reserved:bytes Committed:bytes",
                text.reservations,
                (each) => [
                  formatHex(each.start),
                  formatHex(each.end),
                  each.category,
                  Number(each.end - each.start),
                  each.committedBytes,
                ],
              ),
            ]),
      ];
    case "memoryMap": {
      const evidence = evidenceOfText(text, "");
      const owners = residencyOf(evidence.mappings ?? [], evidence.reservations ?? []);
      return [
        ...(owners.length === 0
          ? []
          : [
              tableOf("owners", "By owner", "Owner:text Resident:bytes", owners, (each) => [
                each.name,
                each.bytes,
              ]),
            ]),
        tableOf(
          "mappings",
          "Mappings",
          "Start:address End:address Size:bytes Resident:bytes Anonymous:bytes Swapped:bytes Permissions:text Name:text Owner:text",
          text.mappings,
          (each) => [
            formatHex(each.start),
            formatHex(each.end),
            Number(each.end - each.start),
            each.rssBytes ?? null,
            each.anonymousBytes ?? null,
            each.swapBytes ?? null,
            each.permissions,
            each.name,
            each.owner ?? "",
          ],
        ),
      ];
    }
    case "procStatus":
      return [];
    case "gcLog":
      return [
        tableOf(
          "collections",
          "Collections",
          "At:seconds Kind:text Before:bytes After:bytes Heap:bytes Pause:seconds Cause:text",
          text.collections,
          (each) => [
            each.seconds,
            each.kind,
            each.beforeBytes,
            each.afterBytes,
            each.heapBytes,
            each.pauseSeconds,
            each.cause,
          ],
        ),
      ];
    case "threadDump":
    case "goroutines":
      return [groupTable(text.groups)];
    default:
      return assertUnreachable(text);
  }
}

/** @throws ExhumeError `notFound` when the text has no such table */
export function pageOfTable(text: SavedText, query: Omit<TextTableQuery, "dump">): Page<TextRow> {
  const table = tablesOf(text).find(({ name }) => name === query.table);
  if (table === undefined)
    throw new ExhumeError({ code: "notFound", what: `a list named ${query.table} in this text` });
  const { sort, filter } = query;
  if (sort === undefined && !filter) {
    const end = Math.min(table.rowCount, query.start + query.count);
    const rows: TextRow[] = [];
    for (let index = query.start; index < end; index++) rows.push(table.row(index));
    return { start: query.start, end: Math.max(query.start, end), total: table.rowCount, rows };
  }
  let rows = Array.from({ length: table.rowCount }, (_, index) => table.row(index));
  if (filter) {
    const wanted = filter.toLowerCase();
    rows = rows.filter(
      ({ cells, details }) =>
        cells.some((cell) => String(cell).toLowerCase().includes(wanted)) ||
        (details?.some((detail) => detail.toLowerCase().includes(wanted)) ?? false),
    );
  }
  if (sort !== undefined) {
    const sign = sort.descending ? -1 : 1;
    rows.sort((a, b) => sign * compareCells(a.cells[sort.column] ?? null, b.cells[sort.column] ?? null));
  }
  const part = rows.slice(query.start, query.start + query.count);
  return { start: query.start, end: query.start + part.length, total: rows.length, rows: part };
}

function groupTable(groups: readonly PrintedStackGroup[]): Table {
  return tableOf(
    "groups",
    "Same stack",
    "Count:count State:text Names:text Top:text CreatedBy:text",
    groups,
    (each) => [
      each.count,
      each.states
        .map(({ state, count }) => (each.states.length === 1 ? state : `${state} ×${count}`))
        .join(", "),
      each.namePatterns
        .slice(0, 3)
        .map(({ pattern }) => pattern)
        .join(", "),
      each.frames[0] ?? "(no frames)",
      each.createdBy ?? "",
    ],
    (each) => each.frames,
  );
}

function tableOf<T>(
  name: string,
  title: string,
  columns: string,
  items: readonly T[],
  cells: (item: T) => (number | string | null)[],
  details?: (item: T) => readonly string[],
): Table {
  return {
    name,
    title,
    columns: columns.split(" ").map((column) => {
      const [heading, unit] = column.split(":");
      return { title: heading!.replace(/(?<=[a-z])(?=[A-Z])/g, " "), unit: unit as CellUnit };
    }),
    rowCount: items.length,
    row: (index) => {
      const item = items[index]!;
      return details === undefined ? { cells: cells(item) } : { cells: cells(item), details: details(item) };
    },
  };
}

function compareCells(a: number | string | null, b: number | string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}
