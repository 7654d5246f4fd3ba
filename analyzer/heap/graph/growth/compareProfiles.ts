import type { FieldName, PathNode } from "./dominatorPaths";
import type { GraphProfile, TypeFigures } from "./profile";

/** Figures of one thing in every dump of the series; 0 where it is not there. */
export interface Growth {
  readonly bytes: readonly number[];
  readonly objects: readonly number[];
  /** Last minus first. */
  readonly grownBytes: number;
  readonly grownObjects: number;
  /** Only in later dumps, or only in earlier ones. */
  readonly status: "grown" | "shrunk" | "new" | "gone" | "same";
  /** Not smaller at any step, and bigger at each: what a leak does in a series. */
  readonly growsAlways: boolean;
  /** Bytes per hour over the series; undefined without times. */
  readonly bytesPerHour?: number;
}

export interface ClassGrowth extends Growth {
  readonly className: string;
  /** Retained bytes of the class in each dump; `bytes` are the shallow ones. Absent without dominators. */
  readonly retainedBytes?: readonly number[];
}

/** A step of a path that has no address: the same in every dump of a program. */
export interface GrowthStep {
  readonly className: string;
  readonly field?: FieldName;
}

export interface PathGrowth extends Growth {
  readonly path: readonly GrowthStep[];
  /** The last field of the program itself on the path: where to look in the source. */
  readonly field?: FieldName;
}

/** Bytes are what the collections retain: absent when a dump of the series has no dominators. */
export interface CollectionGrowth
  extends Omit<Growth, "bytes" | "grownBytes" | "bytesPerHour">,
    Partial<Pick<Growth, "bytes" | "grownBytes" | "bytesPerHour">> {
  readonly className: string;
  readonly field?: FieldName;
  /** Elements in each dump; `objects` counts the collections. */
  readonly elements: readonly number[];
  readonly grownElements: number;
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

/** Growth below this share of all growth, and below this many bytes, is noise of the runtime's own making. */
const noiseBytes = 64 * 1024;
const noiseShare = 0.05;
/** A child with this share of its parent's growth is where to look on. */
const explainedShare = 0.6;
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

function byGrowth(a: Growth, b: Growth): number {
  return Math.abs(b.grownBytes) - Math.abs(a.grownBytes);
}

/** What was seen for less than a minute says nothing of an hour. */
const leastHours = 1 / 60;

function hoursOf(timesMs: readonly number[], count: number): readonly number[] | undefined {
  if (timesMs.length !== count || timesMs.some((time) => !(time > 0))) return undefined;
  const hours = timesMs.map((time) => (time - timesMs[0]!) / 3_600_000);
  return hours.at(-1)! >= leastHours ? hours : undefined;
}

function growthOf(
  bytes: readonly number[],
  objects: readonly number[],
  hours: readonly number[] | undefined,
): Growth {
  const grownBytes = bytes.at(-1)! - bytes[0]!;
  const grownObjects = objects.at(-1)! - objects[0]!;
  const wasThere = objects[0]! > 0;
  const isThere = objects.at(-1)! > 0;
  const status =
    !wasThere && isThere
      ? "new"
      : wasThere && !isThere
        ? "gone"
        : grownBytes > 0 || (grownBytes === 0 && grownObjects > 0)
          ? "grown"
          : grownBytes < 0 || grownObjects < 0
            ? "shrunk"
            : "same";
  const growsAlways = bytes.every((value, at) => at === 0 || value > bytes[at - 1]!);
  return {
    bytes,
    objects,
    grownBytes,
    grownObjects,
    status,
    growsAlways,
    ...(hours === undefined ? {} : { bytesPerHour: slopeOf(hours, bytes) }),
  };
}

/** Least-squares slope: of three or more dumps no single one decides. */
function slopeOf(x: readonly number[], y: readonly number[]): number {
  const meanX = x.reduce((sum, value) => sum + value, 0) / x.length;
  const meanY = y.reduce((sum, value) => sum + value, 0) / y.length;
  let above = 0;
  let below = 0;
  for (let at = 0; at < x.length; at++) {
    above += (x[at]! - meanX) * (y[at]! - meanY);
    below += (x[at]! - meanX) ** 2;
  }
  return below === 0 ? 0 : above / below;
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

interface ComparedPath {
  readonly growth: PathGrowth;
  readonly children: string[];
  readonly isRoot: boolean;
}

/** Paths of all profiles, matched by their classes and fields. */
function comparePaths(
  profiles: readonly GraphProfile[],
  hours: readonly number[] | undefined,
): Map<string, ComparedPath> {
  const tables = profiles.map(({ paths }) => pathTable(paths));
  const keys = new Map<string, string | undefined>();
  for (const table of tables) for (const [key, { parent }] of table) keys.set(key, parent);
  const compared = new Map<string, ComparedPath>();
  for (const [key, parent] of keys) {
    const nodes = tables.map((table) => table.get(key)?.node);
    const { path, ownField: field } = tables.find((table) => table.has(key))!.get(key)!;
    const growth: PathGrowth = {
      path,
      ...(field === undefined ? {} : { field }),
      ...growthOf(
        nodes.map((node) => node?.retainedBytes ?? 0),
        nodes.map((node) => node?.objects ?? 0),
        hours,
      ),
    };
    compared.set(key, { growth, children: [], isRoot: parent === undefined });
  }
  for (const [key, parent] of keys) if (parent !== undefined) compared.get(parent)?.children.push(key);
  return compared;
}

interface TableEntry {
  readonly node: PathNode;
  readonly parent: string | undefined;
  readonly path: readonly GrowthStep[];
  /** The last field of the program itself on it. */
  readonly ownField: FieldName | undefined;
}

function pathTable(paths: readonly PathNode[]): Map<string, TableEntry> {
  const table = new Map<string, TableEntry>();
  const keys: string[] = [];
  const steps: (readonly GrowthStep[])[] = [];
  for (const node of paths) {
    const step: GrowthStep = {
      className: node.className,
      ...(node.field === undefined ? {} : { field: node.field }),
    };
    const parent = node.parent < 0 ? undefined : keys[node.parent];
    // The field is not part of the key: it is known for some of the objects only.
    const key = `${parent ?? ""} > ${node.className}`;
    keys.push(key);
    steps.push([...(node.parent < 0 ? [] : steps[node.parent]!), step]);
    const ownField = node.isOwn ? node.field : parent === undefined ? undefined : table.get(parent)?.ownField;
    table.set(key, { node, parent, path: steps.at(-1)!, ownField });
  }
  return table;
}

/** Walks down from the top to where growth is no longer explained by one child. */
function growingPaths(paths: ReadonlyMap<string, ComparedPath>): PathGrowth[] {
  const roots = [...paths].filter(([, { isRoot }]) => isRoot).map(([key]) => key);
  const total = roots.reduce((sum, key) => sum + Math.max(0, paths.get(key)!.growth.grownBytes), 0);
  const least = Math.max(noiseBytes, noiseShare * total);
  const grows = (key: string) => paths.get(key)!.growth.grownBytes >= least;
  const found: PathGrowth[] = [];
  const open = roots.filter(grows);
  while (open.length > 0) {
    const key = open.pop()!;
    const { growth, children } = paths.get(key)!;
    const growing = children.filter(grows);
    const explained = growing.reduce((sum, child) => sum + paths.get(child)!.growth.grownBytes, 0);
    if (growing.length > 0 && explained >= explainedShare * growth.grownBytes)
      for (const child of growing) open.push(child);
    else found.push(growth);
  }
  return mergeByField(found);
}

/** Several classes that grow below one field (keys, values, nodes) are one finding: the field's. */
function mergeByField(found: readonly PathGrowth[]): PathGrowth[] {
  const byField = new Map<string, PathGrowth>();
  for (const growth of found) {
    const { field } = growth;
    const key =
      field === undefined
        ? growth.path.map(({ className }) => className).join(" > ")
        : `${field.className}.${field.name}`;
    const known = byField.get(key);
    byField.set(key, known === undefined ? growth : sumOf(known, growth));
  }
  return [...byField.values()].sort(byGrowth);
}

function sumOf(a: PathGrowth, b: PathGrowth): PathGrowth {
  const bigger = a.grownBytes >= b.grownBytes ? a : b;
  const bytes = a.bytes.map((value, at) => value + b.bytes[at]!);
  const slope = a.bytesPerHour === undefined ? {} : { bytesPerHour: a.bytesPerHour + (b.bytesPerHour ?? 0) };
  return {
    ...bigger,
    bytes,
    objects: a.objects.map((value, at) => value + b.objects[at]!),
    grownBytes: a.grownBytes + b.grownBytes,
    grownObjects: a.grownObjects + b.grownObjects,
    growsAlways: bytes.every((value, at) => at === 0 || value > bytes[at - 1]!),
    ...slope,
  };
}

function compareCollections(
  profiles: readonly GraphProfile[],
  hours: readonly number[] | undefined,
): CollectionGrowth[] {
  const keyOf = ({ className, field }: GraphProfile["collections"][number]) =>
    `${className} ${field?.className ?? ""} ${field?.name ?? ""}`;
  const hasRetained = profiles.every(({ reachableBytes }) => reachableBytes !== undefined);
  const tables = profiles.map(({ collections }) => new Map(collections.map((row) => [keyOf(row), row])));
  const keys = new Set(tables.flatMap((table) => [...table.keys()]));
  return [...keys]
    .map((key): CollectionGrowth => {
      const rows = tables.map((table) => table.get(key));
      const known = rows.find((row) => row !== undefined)!;
      const elements = rows.map((row) => row?.elements ?? 0);
      const objects = rows.map((row) => row?.collections ?? 0);
      const retained = rows.map((row) => row?.retainedBytes ?? 0);
      return {
        className: known.className,
        ...(known.field === undefined ? {} : { field: known.field }),
        ...(hasRetained
          ? growthOf(retained, objects, hours)
          : withoutBytes(growthOf(elements, objects, undefined))),
        elements,
        grownElements: elements.at(-1)! - elements[0]!,
      };
    })
    .filter(({ grownElements, grownBytes }) => grownElements !== 0 || (grownBytes ?? 0) !== 0)
    .sort((a, b) => Math.abs(b.grownBytes ?? b.grownElements) - Math.abs(a.grownBytes ?? a.grownElements));
}

/** Growth told by elements instead of bytes. */
function withoutBytes({ bytes: _bytes, grownBytes: _grownBytes, ...rest }: Growth) {
  return rest;
}
