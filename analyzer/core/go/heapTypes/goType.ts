/** A pointer in a value of a Go type, or what is made of pointers: bytes from the value's start, and where it leads. */
export type GoSlot = { readonly offset: number } & (
  | {
      readonly kind: "pointer";
      /** Undefined of an `unsafe.Pointer`, which may point to anything. */
      readonly target: () => GoType | undefined;
    }
  | { readonly kind: "slice"; readonly element: () => GoType | undefined }
  | { readonly kind: "string" | "function" }
  | { readonly kind: "interface"; readonly hasMethods: boolean }
  | { readonly kind: "channel"; readonly element: () => GoType | undefined }
  | { readonly kind: "map"; readonly parts: () => GoMapParts | undefined }
  | { readonly kind: "array"; readonly count: number; readonly element: GoType }
);

/** What a map is made of: groups of slots since Go 1.24, buckets before. */
export interface GoMapParts {
  /** `map[string]int` */
  readonly name: string;
  readonly cells: GoType;
}

/** A type of a Go program, as far as finding objects needs it. */
export interface GoType {
  /** With the whole path of its package, e.g. `net/http.Request`. */
  readonly name: string;
  readonly bytes: number;
  /** By offset. */
  readonly slots: () => readonly GoSlot[];
  /** True where the collector may not follow what slots name: pointers from bucket to bucket of a map without pointers. */
  readonly isUncollected?: true;
  /** True for what maps are made of, which come by the dozen and are named for the map. */
  readonly isOfMap?: true;
}

const deepestNesting = 32;

export const stringText: GoType = { name: "text of strings", bytes: 1, slots: () => [] };

/** `noalg.map.group[string]int`, as the compiler calls it, is what a `map[string]int` is made of. */
export function goTypeNamed(name: string): Pick<GoType, "name" | "isOfMap"> {
  const [, cells, map] = /^(?:noalg\.)?map\.(group|bucket)(\[.*)$/s.exec(name) ?? [];
  return map === undefined ? { name } : { name: `map${map} ${cells}s`, isOfMap: true };
}

/** Asks once. */
export function lazily<Value>(ask: () => Value): () => Value {
  let answer: { readonly value: Value } | undefined;
  return () => {
    answer ??= { value: ask() };
    return answer.value;
  };
}

const wordBytes = 8;
/** Objects up to this have a bit for each of their words. */
export const largestWithBits = 512;

/** Which words of a value the collector follows; undefined of values larger than objects with bits. */
export function pointerWordsOf(type: GoType): Uint8Array | undefined {
  if (type.bytes > largestWithBits) return undefined;
  const words = new Uint8Array(Math.ceil(type.bytes / wordBytes));
  if (type.isUncollected !== true) markWords(type, 0, words, 0);
  return words;
}

function markWords(type: GoType, start: number, words: Uint8Array, depth: number): void {
  if (depth > deepestNesting) return;
  for (const slot of type.slots()) {
    const at = start + slot.offset;
    if (at >= words.length * wordBytes) return;
    if (slot.kind !== "array") {
      // What says the type of an interface is never in the heap.
      const word = slot.kind === "interface" ? at + wordBytes : at;
      if (word < words.length * wordBytes) words[Math.floor(word / wordBytes)] = 1;
      continue;
    }
    const { count, element } = slot;
    for (let index = 0; index < count && at + index * element.bytes < words.length * wordBytes; index++)
      markWords(element, at + index * element.bytes, words, depth + 1);
  }
}
