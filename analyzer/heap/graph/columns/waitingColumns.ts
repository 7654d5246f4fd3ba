/** A place outside memory. */
export interface ColumnDisk {
  /** Takes the bytes. @returns what reads them back into shared memory, once */
  put(bytes: Uint8Array): () => SharedArrayBuffer;
}

type Column = Uint8Array | Uint16Array | Uint32Array;

/** Where a column is held; there must be no other view of it while it is away. */
export interface ColumnSlot {
  get(): Column;
  set(column: Column): void;
}

/** Columns that nobody needs while the dominators of the core are computed: they leave memory and come back. */
export interface WaitingColumns {
  leave(): void;
  comeBack(): void;
}

export function waitingColumns(disk: ColumnDisk, slots: readonly ColumnSlot[]): WaitingColumns {
  let back: (() => void)[] = [];
  return {
    leave() {
      back = slots.map((slot) => {
        const column = slot.get();
        const Type = column.constructor as new (room: SharedArrayBuffer) => Column;
        const restore = disk.put(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
        slot.set(new Type(new SharedArrayBuffer(0)));
        return () => slot.set(new Type(restore()));
      });
    },
    comeBack() {
      for (const restore of back) restore();
      back = [];
    },
  };
}
