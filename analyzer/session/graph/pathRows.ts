import { ExhumeError } from "../../base/errors";
import { formatHex } from "../../base/units";
import type { Work } from "../../base/work";
import type { DescribedGraph, ReferenceFilter } from "../../heap/graph/describedGraph";
import type { ObjectIndex, TypeIndex } from "../../heap/graph/nodes";
import { immediateDominatorsOf } from "../../heap/graph/opened/dominatorTypes";
import { mergedPathsToType } from "../../heap/graph/paths/mergedPaths";
import { type RootPathStep, shortestPaths } from "../../heap/graph/paths/shortestPaths";
import type { PathQuery, PathStepRow, RootPathsResult } from "../../protocol/heap/paths";
import type { ResultOf } from "../../protocol/requests";
import type { AskParams } from "../room";
import { holdingField, objectRow } from "./objectRows";

const defaultPaths = 10;
const maximumPaths = 200;
const defaultObjects = 200;

/** References that do not keep their target alive; none of them counts unless it is asked for. */
const notStrong: NonNullable<PathQuery["exclude"]> = ["weak", "soft", "phantom", "finalizer"];

type Excluded = Pick<PathQuery, "exclude" | "excludeFields">;

function filterOf(graph: DescribedGraph, { exclude = notStrong, excludeFields }: Excluded): ReferenceFilter {
  return graph.filterOf({ kinds: exclude, fields: excludeFields });
}

export function rootPathRows(
  graph: DescribedGraph,
  object: ObjectIndex,
  query: Omit<PathQuery, "dump" | "objectId">,
  work: Work,
): RootPathsResult {
  const search = {
    maximumPaths: Math.min(maximumPaths, query.maximumPaths ?? defaultPaths),
    allows: filterOf(graph, query),
  };
  const found = shortestPaths(graph, object, search, work);
  const reachable = isReached(graph, object, work);
  return {
    paths: found.paths.map(({ roots, steps }) => ({
      roots,
      steps: steps.map((step) => stepRow(graph, step)),
    })),
    complete: found.complete,
    dominatorsOnly: found.dominatorsOnly,
    ...(reachable === undefined ? {} : { reachable }),
  };
}

/**
 * Whether a root holds the object strongly. Without dominators that takes a path; undefined when the search for one
 * gave up.
 */
function isReached(graph: DescribedGraph, object: ObjectIndex, work: Work): boolean | undefined {
  if (graph.hasDominators) return !graph.isKnownGarbage(object);
  const found = shortestPaths(graph, object, { maximumPaths: 1, allows: filterOf(graph, {}) }, work);
  return found.paths.length > 0 ? true : found.complete ? false : undefined;
}

function stepRow(graph: DescribedGraph, { object, reference }: RootPathStep): PathStepRow {
  const field = holdingField(graph, object, reference);
  return { ...objectRow(graph, object), ...(field === undefined ? {} : { field }) };
}

/** @throws ExhumeError `notFound` when the dump has no class of the name. */
export function findClasses(graph: DescribedGraph, className: string): readonly TypeIndex[] {
  const types = graph.types.findByName(className);
  if (types.length === 0) {
    throw new ExhumeError({ code: "notFound", what: `this dump has no class ${className}` });
  }
  return types;
}

type MergedQuery = AskParams<"heap/pathsOfClass">;

export function mergedPathRows(
  graph: DescribedGraph,
  query: MergedQuery,
  work: Work,
): ResultOf<"heap/pathsOfClass"> {
  const types = findClasses(graph, query.className);
  const objects = Math.min(5_000, query.maximumObjects ?? defaultObjects);
  const search = { allows: filterOf(graph, query) };
  const parts = types.map((type) => mergedPathsToType(graph, type, objects, search, work));
  return {
    roots: parts.flatMap(({ roots }) => roots),
    followed: parts.reduce((sum, { followed }) => sum + followed, 0),
    total: parts.reduce((sum, { total }) => sum + total, 0),
  };
}

export function immediateDominatorRows(
  graph: DescribedGraph,
  className: string,
  skip: string | undefined,
  work: Work,
): ResultOf<"heap/immediateDominators"> {
  const { nameOf } = graph;
  const skipped = skipPattern(skip);
  const names =
    skipped === undefined
      ? { nameOf }
      : { nameOf, skips: (object: ObjectIndex) => skipped.test(nameOf(object).replace(/^class /, "")) };
  const rows = immediateDominatorsOf(graph, findClasses(graph, className), names, work);
  return {
    rows: rows.map(({ name, example, ...row }) => ({
      className: name ?? "GC roots",
      ...row,
      ...(example === undefined ? {} : { objectId: formatHex(graph.idOf(example)) }),
    })),
  };
}

/** `java.*, javax.*` as one expression. */
function skipPattern(skip: string | undefined): RegExp | undefined {
  const parts = (skip ?? "")
    .split(/[\s,;]+/)
    .filter((part) => part !== "")
    .map((part) =>
      part
        .split("*")
        .map((text) => text.replace(/[.$[\]()+?^{}|\\]/g, "\\$&"))
        .join(".*"),
    );
  return parts.length === 0 ? undefined : new RegExp(`^(?:${parts.join("|")})$`);
}
