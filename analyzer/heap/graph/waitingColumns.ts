import type { ObjectColumns } from "../hprof/index/edgePass";

/** A place outside memory. */
export interface ColumnDisk {
  /** Takes the bytes. @returns what reads them back into shared memory, once */
  put(bytes: Uint8Array): () => SharedArrayBuffer;
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/**
 * Columns that nobody needs while the dominators of the core are computed: they leave memory and come back. The
 * objects that hold them are changed in place, so that no view of them stays behind.
 */
export interface WaitingColumns {
  leave(): void;
  comeBack(): void;
}

export function waitingColumns(
  disk: ColumnDisk,
  graph: { classByObject: Uint16Array | Uint32Array },
  objects: ObjectColumns,
  words: { words: Uint32Array },
): WaitingColumns {
  const held = objects as Mutable<ObjectColumns>;
  let back: (() => void)[] = [];
  const bytesOf = (column: Uint8Array | Uint16Array | Uint32Array): Uint8Array =>
    new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
  return {
    leave() {
      const isWide = held.classByObject instanceof Uint32Array;
      const classes = disk.put(bytesOf(held.classByObject));
      const units = disk.put(bytesOf(held.arrayUnits));
      const addresses = disk.put(bytesOf(words.words));
      held.classByObject = graph.classByObject = new Uint16Array(0);
      held.arrayUnits = new Uint8Array(0);
      words.words = new Uint32Array(0);
      back = [
        () => {
          const bytes = classes();
          held.classByObject = graph.classByObject = isWide ? new Uint32Array(bytes) : new Uint16Array(bytes);
        },
        () => {
          held.arrayUnits = new Uint8Array(units());
        },
        () => {
          words.words = new Uint32Array(addresses());
        },
      ];
    },
    comeBack() {
      for (const restore of back) restore();
      back = [];
    },
  };
}
