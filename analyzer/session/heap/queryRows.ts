import { formatCount } from "../../base/figures";
import { formatHex } from "../../base/units";
import type { Work } from "../../base/work";
import type { Heap, ObjectIndex } from "../../heap/heap";
import { labelOf } from "../../heap/java/objects/labels";
import { perHeap } from "../../heap/java/objects/perHeap";
import type { QueryResult } from "../../heap/java/query/rows";
import { runQuery } from "../../heap/java/query/run";
import { isList, isObjectValue, type QueryValue } from "../../heap/java/query/values";
import { reachabilityOf } from "../../heap/java/reachability/reachability";
import type { QueryCell, QueryResultPage } from "../../protocol/heap/query";
import { objectIdentity } from "../graph/objectRows";

/** Results kept so that the next page of a query does not run it again; the newest few. */
const keptResults = 4;
const maximumPage = 10_000;
const listedInCell = 20;

export interface AskedQuery {
  readonly text: string;
  /** Leaves out what no reference of any kind reaches. */
  readonly reachableOnly?: boolean | undefined;
  /** Whether the dump has any. */
  readonly hasUnreachable: boolean;
}

const resultsByText = perHeap(() => new Map<string, QueryResult>());

export function queryPage(
  heap: Heap,
  { text, reachableOnly = false, hasUnreachable }: AskedQuery,
  start: number,
  count: number,
  work: Work,
): QueryResultPage {
  const kept = resultsByText(heap);
  const key = `${reachableOnly} ${text}`;
  const result =
    kept.get(key) ?? runQuery(heap, text, work, reachableOnly ? reachedObjects(heap, work) : undefined);
  kept.delete(key);
  kept.set(key, result);
  for (const oldest of kept.keys()) {
    if (kept.size <= keptResults) break;
    kept.delete(oldest);
  }
  const rows = result.rows(start, Math.min(count, maximumPage)).map(({ object, cells }) => ({
    ...(object === undefined ? {} : objectIdentity(heap, object)),
    cells: cells.map((cell) => cellOf(heap, cell)),
  }));
  return {
    start,
    end: start + rows.length,
    total: result.total,
    rows,
    columns: result.columns,
    cut: result.cut,
    ...(hasUnreachable ? { unreachable: reachableOnly ? "leftOut" : "included" } : {}),
  };
}

/** As Eclipse MAT sees a heap: what only soft, weak or other references reach is there, garbage is not. */
function reachedObjects(heap: Heap, work: Work): (object: ObjectIndex) => boolean {
  const reachability = reachabilityOf(heap, work);
  return (object) => reachability(object) !== "none";
}

function cellOf(heap: Heap, value: QueryValue): QueryCell {
  if (typeof value === "bigint") return formatHex(value < 0n ? BigInt.asUintN(64, value) : value);
  if (value === null || typeof value !== "object") return value;
  if (isList(value)) {
    const list = value.slice(0, listedInCell).map((each) => cellOf(heap, each));
    return value.length > listedInCell
      ? { list: [...list, `… ${formatCount(value.length)} in all`] }
      : { list };
  }
  if (!isObjectValue(value)) return null;
  const name = objectIdentity(heap, value.object);
  const label = labelOf(heap, value.object);
  const className = heap.classNameOf(value.object);
  if (className === "java.lang.String" && label !== undefined) return { ...name, text: label };
  return { ...name, text: `${className} @ ${name.objectId}${label === undefined ? "" : ` ${label}`}` };
}
