import { klassLists } from "./klassTable";
import { loaderLayoutOf } from "./loaderLayout";
import type { ObjectReferences } from "./objectReferences";
import type { VmStructs } from "./vmStructs";

/** What the JVM keeps of one class loader, or of one hidden class. */
export interface ClassLoaderData {
  readonly address: number;
  /** The loader's object, 0 of the boot loader. */
  readonly loader: number;
  /**
   * Kept alive by the JVM itself; all others live as long as an object refers to them, those of a hidden class as long
   * as its class object.
   */
  readonly isStrong: boolean;
  readonly isOfHiddenClass: boolean;
  readonly klasses: readonly number[];
}

const mostHandles = 10_000_000;
const handlesOfChunk = 32;

/** The class loaders' data, the one made last first. A class is in one list only. */
export function readClassLoaderData(structs: VmStructs, references: ObjectReferences): ClassLoaderData[] {
  const { hidden: hiddenAt } = loaderLayoutOf(structs);
  return Array.from(klassLists(structs), ({ loader: address, klasses }) => {
    const handle = structs.word(address, ["ClassLoaderData", "_class_loader"]);
    const loader = handleValue(structs, references, handle);
    const isOfHiddenClass = hiddenAt !== undefined && structs.words.u8(address + hiddenAt) === 1;
    return { address, loader, isStrong: loader === 0 && !isOfHiddenClass, isOfHiddenClass, klasses };
  });
}

/**
 * What a field of the JVM holds: a handle, which points at a slot, since JDK 11 or so; the object itself before.
 * 0 when there is none.
 */
export function handleValue(
  structs: VmStructs,
  references: ObjectReferences,
  word: number | undefined,
): number {
  if (word === undefined || word === 0) return 0;
  return structs.hasType("OopHandle") ? (references.handleAt(word) ?? 0) : word;
}

/** What the JVM itself holds for a loader: class objects, resolved constants, modules. */
export function handlesOf(structs: VmStructs, references: ObjectReferences, data: number): number[] {
  const { handles: handlesAt } = loaderLayoutOf(structs);
  if (handlesAt === undefined) return [];
  const values: number[] = [];
  const seen = new Set<number>();
  let chunk = structs.wordAt(data + handlesAt);
  while (chunk && !seen.has(chunk) && values.length < mostHandles) {
    seen.add(chunk);
    const size = structs.words.u32(chunk + 8 * handlesOfChunk);
    if (size > handlesOfChunk) break;
    for (let index = 0; index < size; index++) {
      const value = references.handleAt(chunk + 8 * index);
      if (value) values.push(value);
    }
    chunk = structs.wordAt(chunk + 8 * handlesOfChunk + 8);
  }
  return values;
}
