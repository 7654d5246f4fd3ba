import { formatHex } from "../../base/units";
import type { DescribedGraph } from "../../heap/graph/describedGraph";
import { graphProfile } from "../../heap/graph/growth/profile";
import type { ObjectIndex } from "../../heap/graph/nodes";
import { graphSuspects, type SizeSuspect } from "../../heap/graph/suspects/graphSuspects";
import { confidenceOf, scoreOf } from "../../heap/graph/suspects/scoring";
import type { FieldRow, InspectResult } from "../../protocol/heap/inspector";
import type { SuspectRow } from "../../protocol/heap/suspects";
import { heapVerdict } from "../heap/heapVerdict";
import type { AnswerTable } from "../room";
import { findObject } from "./dominatorRows";
import type { GraphContext } from "./graphContext";
import { dominatorOfRow, objectRow } from "./objectRows";

type PlainQuestion = "heap/suspects" | "heap/inspect" | "heap/profile";

/** Questions that a language with more to say answers in its own way, for graphs of those that have not. */
export const plainGraphAnswers: AnswerTable<GraphContext, PlainQuestion> = {
  "heap/suspects": {
    lane: "long",
    isKept: true,
    answer({ graph, summary }, _params, work) {
      const { totalBytes, suspects } = graphSuspects(graph, work);
      const rows = suspects.map((suspect) => suspectRow(graph, suspect));
      const isIncomplete = summary.problems.some(({ losesData }) => losesData);
      const known = { fromHistogram: false, isIncomplete, outOfMemory: [] };
      return { totalBytes, suspects: rows, verdict: heapVerdict(rows, [], [], known) };
    },
  },
  "heap/inspect": {
    lane: "quick",
    answer: ({ graph }, { objectId }) => inspectRows(graph, findObject(graph, objectId)),
  },
  "heap/profile": {
    lane: "long",
    isKept: true,
    answer: ({ graph }, _params, work) => graphProfile(graph, work),
  },
};

/** Named references of an object shown as its fields; the rest of a long list is in its outgoing references. */
const fieldsShown = 1000;

function inspectRows(graph: DescribedGraph, object: ObjectIndex): InspectResult {
  const typeName = graph.nameOf(object);
  const { references } = graph.outgoingPart(object, 0, fieldsShown);
  const fields = references.flatMap(({ object: target, reference }): FieldRow[] => {
    if (reference?.name === undefined) return [];
    const row = objectRow(graph, target);
    const text = row.label ?? `${row.className} @ ${row.objectId}`;
    const value = { type: row.className, text, object: row };
    return [{ className: typeName, name: reference.name, static: false, value }];
  });
  return {
    object: objectRow(graph, object),
    loader: "",
    roots: graph.rootsInWords(object),
    superclasses: [typeName],
    fields,
    ...dominatorOfRow(graph, object),
  };
}

function suspectRow(graph: DescribedGraph, suspect: SizeSuspect): SuspectRow {
  const { object, retainedBytes, share, holding, path, parts, evidence } = suspect;
  const className = graph.nameOf(object);
  const objectId = formatHex(graph.idOf(object));
  return {
    kind: "object",
    objectId,
    className,
    objects: 1,
    retainedBytes,
    share,
    ...(holding === undefined
      ? {}
      : { field: { className: holding.className, name: holding.field, static: holding.static } }),
    accumulation: { objectId, className, retainedBytes },
    path: (path?.steps ?? []).map((step) => ({
      className: graph.nameOf(step.object),
      ...(step.reference?.name === undefined ? {} : { field: step.reference.name }),
      objectId: formatHex(graph.idOf(step.object)),
    })),
    roots: path?.roots ?? [],
    score: scoreOf(parts),
    scoreParts: parts,
    confidence: confidenceOf(parts),
    evidence,
  };
}
