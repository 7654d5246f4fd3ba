import { ExhumeError } from "../../base/errors";
import type { Work } from "../../base/work";
import { immediateDominatorsOf } from "../../heap/graph/opened/dominatorTypes";
import type { ClassIndex, Heap, ObjectIndex } from "../../heap/heap";
import { mergedPathsToClass } from "../../heap/java/paths/mergedPaths";
import { allSoftness, type PathStep, pathsToRoots } from "../../heap/java/paths/paths";
import type { PathQuery, PathStepRow, RootPathsResult } from "../../protocol/heap/paths";
import type { ResultOf } from "../../protocol/requests";
import type { AskParams } from "../room";
import { hexIdOf } from "./inspectorRows";
import { holdingField, objectRow } from "./objectRows";

const defaultPaths = 10;
const maximumPaths = 200;
const defaultObjects = 200;

export function rootPathRows(
  heap: Heap,
  object: ObjectIndex,
  query: Omit<PathQuery, "dump" | "objectId">,
  work: Work,
): RootPathsResult {
  const found = pathsToRoots(
    heap,
    object,
    {
      maximumPaths: Math.min(maximumPaths, query.maximumPaths ?? defaultPaths),
      exclude: query.exclude ?? allSoftness,
      ...(query.excludeFields === undefined ? {} : { excludeFields: query.excludeFields }),
    },
    work,
  );
  const reachable = isReached(heap, object, work);
  return {
    paths: found.paths.map(({ roots, steps }) => ({
      roots,
      steps: steps.map((step) => stepRow(heap, step)),
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
function isReached(heap: Heap, object: ObjectIndex, work: Work): boolean | undefined {
  if (heap.hasDominators) return !heap.isKnownGarbage(object);
  const found = pathsToRoots(heap, object, { maximumPaths: 1, exclude: allSoftness }, work);
  return found.paths.length > 0 ? true : found.complete ? false : undefined;
}

function stepRow(heap: Heap, { object, reference }: PathStep): PathStepRow {
  const field = holdingField(heap, object, reference);
  return { ...objectRow(heap, object), ...(field === undefined ? {} : { field }) };
}

/** @throws ExhumeError `notFound` when the dump has no class of the name. */
export function findClasses(heap: Heap, className: string): readonly ClassIndex[] {
  const types = heap.classes.findByName(className);
  if (types.length === 0) {
    throw new ExhumeError({ code: "notFound", what: `this dump has no class ${className}` });
  }
  return types;
}

type MergedQuery = AskParams<"heap/pathsOfClass">;

export function mergedPathRows(heap: Heap, query: MergedQuery, work: Work): ResultOf<"heap/pathsOfClass"> {
  const types = findClasses(heap, query.className);
  const objects = Math.min(5_000, query.maximumObjects ?? defaultObjects);
  const options = {
    maximumPaths: 1,
    exclude: query.exclude ?? allSoftness,
    ...(query.excludeFields === undefined ? {} : { excludeFields: query.excludeFields }),
  };
  const parts = types.map((type) => mergedPathsToClass(heap, type, objects, options, work));
  return {
    roots: parts.flatMap(({ roots }) => roots),
    followed: parts.reduce((sum, { followed }) => sum + followed, 0),
    total: parts.reduce((sum, { total }) => sum + total, 0),
  };
}

export function immediateDominatorRows(
  heap: Heap,
  className: string,
  skip: string | undefined,
  work: Work,
): ResultOf<"heap/immediateDominators"> {
  // Class objects by the class they are: what static fields hold is not held by java.lang.Class.
  const nameOf = (object: ObjectIndex): string => {
    const type = heap.typeMeantBy(object);
    return type === undefined ? heap.classNameOf(object) : `class ${heap.classes.nameOf(type)}`;
  };
  const skipped = skipPattern(skip);
  const names =
    skipped === undefined
      ? { nameOf }
      : { nameOf, skips: (object: ObjectIndex) => skipped.test(nameOf(object).replace(/^class /, "")) };
  const rows = immediateDominatorsOf(heap, findClasses(heap, className), names, work);
  return {
    rows: rows.map(({ name, example, ...row }) => ({
      className: name ?? "GC roots",
      ...row,
      ...(example === undefined ? {} : { objectId: hexIdOf(heap, example) }),
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
