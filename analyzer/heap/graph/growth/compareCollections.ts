import type { OwnerField } from "./dominatorPaths";
import { type Growth, growthOf } from "./growth";
import type { GraphProfile } from "./profile";

/** Bytes are what the collections retain: absent when a dump of the series has no dominators. */
export interface CollectionGrowth
  extends Omit<Growth, "bytes" | "grownBytes" | "bytesPerHour">,
    Partial<Pick<Growth, "bytes" | "grownBytes" | "bytesPerHour">> {
  readonly className: string;
  readonly field?: OwnerField;
  /** Elements in each dump; `objects` counts the collections. */
  readonly elements: readonly number[];
  readonly grownElements: number;
}

export function compareCollections(
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
