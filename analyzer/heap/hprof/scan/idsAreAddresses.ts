import { basicTypeName, primitiveBytes } from "../../../formats/hprof/tags";
import { type ClassRow, classChain } from "../index/classRows";

/** No JVM has smaller headers of objects (JDK 24 and later, 32-bit) and of arrays. */
const leastHeader = 8;
const leastArrayHeader = 12;
const leastReference = 4;

/**
 * Whether the ids of a dump can be addresses. Agents and converters number objects instead: their ids lie nearer to each
 * other than objects of any layout can. One damaged record makes one class look so, hence most of the objects decide.
 */
export function idsAreAddresses(
  rows: readonly ClassRow[],
  leastDistance: Float64Array,
  objectsByClass: Float64Array,
): boolean {
  let measured = 0;
  let tooNear = 0;
  rows.forEach((_, type) => {
    const distance = leastDistance[type]!;
    const least = leastBytes(rows, type);
    if (least === undefined || !Number.isFinite(distance)) return;
    measured += objectsByClass[type]!;
    if (distance < least) tooNear += objectsByClass[type]!;
  });
  return tooNear * 2 <= measured;
}

/** What an instance, or what precedes the elements of an array, takes at least; undefined for object arrays. */
function leastBytes(rows: readonly ClassRow[], type: number): number | undefined {
  const { name } = rows[type]!;
  if (name.endsWith("[]")) {
    const isPrimitive = (basicTypeName as readonly (string | undefined)[]).includes(name.slice(0, -2));
    return isPrimitive ? leastArrayHeader : undefined;
  }
  let bytes = leastHeader;
  for (const row of classChain(rows, type)) {
    for (const field of row.fields) {
      bytes += field.type === "object" ? leastReference : primitiveBytes[basicTypeName.indexOf(field.type)]!;
    }
  }
  return bytes;
}
