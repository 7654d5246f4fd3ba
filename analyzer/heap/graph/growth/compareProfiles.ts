import { type CollectionGrowth, compareCollections } from "./compareCollections";
import { comparePaths, growingPaths, type PathGrowth } from "./comparePaths";
import { byGrowth, type Growth, growthOf, hoursOf } from "./growth";
import type { GraphProfile, TypeFigures } from "./profile";

export interface ClassGrowth extends Growth {
  readonly className: string;
  /** Retained bytes of the class in each dump; `bytes` are the shallow ones. Absent without dominators. */
  readonly retainedBytes?: readonly number[];
}

export interface Comparison {
  /** Absent when a dump of the series has no dominators: then there are no paths, and nothing is said to retain. */
  readonly reachableBytes?: readonly number[];
  /** Of the reachable bytes when they are known, else of all. */
  readonly grownBytes: number;
  /** Where growth piles up: paths none of whose children explains their growth, most grown first. */
  readonly growing: readonly PathGrowth[];
  readonly classes: readonly ClassGrowth[];
  readonly paths: readonly PathGrowth[];
  readonly collections: readonly CollectionGrowth[];
}

const maximumRows = 2_000;

/**
 * Compares two or more profiles of the same program, oldest first.
 * @param timesMs when each dump was written, for the slope; empty when unknown
 */
export function compareProfiles(profiles: readonly GraphProfile[], timesMs: readonly number[]): Comparison {
  const hours = hoursOf(timesMs, profiles.length);
  const reachableBytes = columnOf(profiles, (profile) => profile.reachableBytes);
  const bytes = reachableBytes ?? profiles.map(({ shallowBytes }) => shallowBytes);
  // What only some of the dumps know is not compared.
  const paths = comparePaths(reachableBytes === undefined ? [] : profiles, hours);
  return {
    ...(reachableBytes === undefined ? {} : { reachableBytes }),
    grownBytes: bytes.at(-1)! - bytes[0]!,
    growing: growingPaths(paths),
    classes: compareClasses(profiles, hours).slice(0, maximumRows),
    paths: [...paths.values()]
      .map(({ growth }) => growth)
      .filter(({ grownBytes, status }) => grownBytes !== 0 || status !== "same")
      .sort(byGrowth)
      .slice(0, maximumRows),
    collections: compareCollections(profiles, hours).slice(0, maximumRows),
  };
}

/** A figure of every dump; undefined when one of them does not have it. */
function columnOf<Part>(
  parts: readonly Part[],
  figure: (part: Part) => number | undefined,
): number[] | undefined {
  const column = parts.map(figure).filter((value) => value !== undefined);
  return column.length === parts.length ? column : undefined;
}

function compareClasses(
  profiles: readonly GraphProfile[],
  hours: readonly number[] | undefined,
): ClassGrowth[] {
  const tables = profiles.map(({ classes }) => new Map(classes.map((row) => [row.name, row])));
  const names = new Set(tables.flatMap((table) => [...table.keys()]));
  const column = (name: string, of: (row: TypeFigures) => number) =>
    tables.map((table) => {
      const row = table.get(name);
      return row === undefined ? 0 : of(row);
    });
  const hasRetained = profiles.every(({ reachableBytes }) => reachableBytes !== undefined);
  return [...names]
    .map((className) => ({
      className,
      ...growthOf(
        column(className, (row) => row.shallowBytes),
        column(className, (row) => row.objects),
        hours,
      ),
      ...(hasRetained ? { retainedBytes: column(className, (row) => row.retainedBytes ?? 0) } : {}),
    }))
    .filter(({ status }) => status !== "same")
    .sort(byGrowth);
}
