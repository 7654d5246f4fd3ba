import { ExhumeError } from "../../base/errors";
import type { Work } from "../../base/work";
import type { DescribedGraph } from "../../heap/graph/describedGraph";
import type { TypeIndex } from "../../heap/graph/nodes";
import { instancePage } from "../../heap/graph/opened/instances";
import type { InstanceColumn } from "../../protocol/heap/inspector";
import type { ObjectId, ObjectRow } from "../../protocol/heap/objects";
import type { Page, SortOrder } from "../../protocol/wire";
import { findObject } from "./dominatorRows";
import { objectRow } from "./objectRows";

export interface InstanceRowsQuery {
  readonly className: string;
  readonly classId?: ObjectId | undefined;
  readonly sort: SortOrder<InstanceColumn>;
  readonly start: number;
  readonly count: number;
}

/** @throws ExhumeError `notFound` when the dump has no such class, `invalid` for the id of something else */
export function instanceRows(graph: DescribedGraph, query: InstanceRowsQuery, work: Work): Page<ObjectRow> {
  const { start, count, sort } = query;
  const order = { sort: sort.column, descending: sort.descending, start, count };
  const { total, objects } = instancePage(graph, typesAsked(graph, query), order, work);
  const rows = objects.map((object) => objectRow(graph, object));
  return { start, end: start + rows.length, total, rows };
}

function typesAsked(graph: DescribedGraph, { className, classId }: InstanceRowsQuery): readonly TypeIndex[] {
  if (classId !== undefined) {
    const type = graph.typeMeantBy(findObject(graph, classId));
    if (type !== undefined) return [type];
    throw new ExhumeError({ code: "invalid", what: `${classId} is not a class` });
  }
  const types = graph.types.findByName(className);
  if (types.length === 0)
    throw new ExhumeError({ code: "notFound", what: `this dump has no class ${className}` });
  return types;
}
