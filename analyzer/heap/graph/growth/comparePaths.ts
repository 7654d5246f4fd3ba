import type { OwnerField, PathNode } from "./dominatorPaths";
import { byGrowth, type Growth, growthOf } from "./growth";
import type { GraphProfile } from "./profile";

/** A step of a path that has no address: the same in every dump of a program. */
export interface GrowthStep {
  readonly className: string;
  readonly field?: OwnerField;
}

export interface PathGrowth extends Growth {
  readonly path: readonly GrowthStep[];
  /** The last field of the program itself on the path: where to look in the source. */
  readonly field?: OwnerField;
}

/** Growth below this share of all growth, and below this many bytes, is noise of the runtime's own making. */
const noiseBytes = 64 * 1024;
const noiseShare = 0.05;
/** A child with this share of its parent's growth is where to look on. */
const explainedShare = 0.6;

export interface ComparedPath {
  readonly growth: PathGrowth;
  readonly children: string[];
  readonly isRoot: boolean;
}

/** Paths of all profiles, matched by their classes and fields. */
export function comparePaths(
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
  readonly ownField: OwnerField | undefined;
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
    // Of fields only static ones are part of the key: others are known for some of the objects only.
    const field = node.field?.static === true ? ` ${node.field.name}` : "";
    const key = `${parent ?? ""} > ${node.className}${field}`;
    keys.push(key);
    steps.push([...(node.parent < 0 ? [] : steps[node.parent]!), step]);
    const ownField = node.isOwn ? node.field : parent === undefined ? undefined : table.get(parent)?.ownField;
    table.set(key, { node, parent, path: steps.at(-1)!, ownField });
  }
  return table;
}

/** Walks down from the top to where growth is no longer explained by one child. */
export function growingPaths(paths: ReadonlyMap<string, ComparedPath>): PathGrowth[] {
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
