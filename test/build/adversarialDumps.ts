import { closeSync, openSync, writeSync } from "node:fs";

/**
 * Heaps that make naive algorithms quadratic or overflow their stack, as HPROF files of any size, written through a
 * buffer. Everything hangs on one object of class `Holder`, the only root; sizes are those of compressed references.
 */
export type AdversarialShape =
  /** A list of `count` nodes, all of them in an array too. */
  | "chain-and-array"
  /** A list and a map of the same `count` items: a queue that backed up, and the futures of its entries. */
  | "queue-and-map"
  /** One array with `count` objects. */
  | "array"
  /** A list of `count` nodes. */
  | "list";

export const adversarialShapes: readonly AdversarialShape[] = [
  "chain-and-array",
  "queue-and-map",
  "array",
  "list",
];

/** What the shape retains by its definition; ids and bytes. */
export interface KnownRetained {
  readonly holder: bigint;
  readonly objects: number;
  readonly reachableBytes: number;
  readonly sizes: readonly { readonly id: bigint; readonly bytes: number; readonly children: number }[];
}

const classes = { object: 0x1000n, class: 0x1080n, array: 0x1100n, holder: 0x1180n, node: 0x1200n } as const;
const base = 0x7_0000_0000n;
/** An instance of two references: 12 bytes of header and 2 × 4, on 8. */
export const nodeBytes = 24;
const step = BigInt(nodeBytes);

export function arrayBytes(elements: number): number {
  return Math.ceil((16 + 4 * elements) / 8) * 8;
}

/** Writes the dump to a file. */
export function writeAdversarialDump(path: string, shape: AdversarialShape, count: number): KnownRetained {
  const fd = openSync(path, "w");
  try {
    return writeTo((bytes) => writeSync(fd, bytes), shape, count);
  } finally {
    closeSync(fd);
  }
}

/** The dump in memory, for small counts. */
export function adversarialDump(shape: AdversarialShape, count: number) {
  const chunks: Uint8Array[] = [];
  const known = writeTo((bytes) => chunks.push(Buffer.from(bytes)), shape, count);
  return { bytes: Buffer.concat(chunks), known };
}

function writeTo(
  emit: (bytes: Uint8Array) => unknown,
  shape: AdversarialShape,
  count: number,
): KnownRetained {
  const out = new DumpStream(emit);
  out.preamble();
  const idAt = (k: number): bigint => base + BigInt(k) * step;
  const holder = idAt(0);
  const holderBytes = nodeBytes;
  const nodes = (from: number, upto: number, fields: (k: number) => readonly [bigint, bigint]): void => {
    for (let k = from; k < upto; k++) out.instance(idAt(k), classes.node, ...fields(k));
  };
  const next = (k: number, last: number): bigint => (k < last ? idAt(k + 1) : 0n);
  const array = idAt(2 * count + 2);
  const after = array + BigInt(arrayBytes(count));
  let known: Omit<KnownRetained, "holder">;
  switch (shape) {
    case "list": {
      out.instance(holder, classes.holder, idAt(1), 0n);
      nodes(1, count + 1, (k) => [next(k, count), 0n]);
      const bytes = holderBytes + count * nodeBytes;
      const at = (k: number) => ({
        id: idAt(k),
        bytes: (count + 1 - k) * nodeBytes,
        children: k < count ? 1 : 0,
      });
      const sizes = [{ id: holder, bytes, children: 1 }, at(1), at(count >> 1), at(count)];
      known = { objects: count + 1, reachableBytes: bytes, sizes };
      break;
    }
    case "array": {
      out.instance(holder, classes.holder, array, 0n);
      nodes(1, count + 1, () => [0n, 0n]);
      out.objectArray(array, classes.array, count, (k) => idAt(k + 1));
      const bytes = arrayBytes(count) + count * nodeBytes;
      const sizes = [
        { id: array, bytes, children: count },
        { id: idAt(count), bytes: nodeBytes, children: 0 },
      ];
      known = { objects: count + 2, reachableBytes: holderBytes + bytes, sizes };
      break;
    }
    case "chain-and-array": {
      out.instance(holder, classes.holder, idAt(1), array);
      nodes(1, count + 1, (k) => [next(k, count), 0n]);
      out.objectArray(array, classes.array, count, (k) => idAt(k + 1));
      const bytes = holderBytes + count * nodeBytes + arrayBytes(count);
      const sizes = [
        { id: holder, bytes, children: count + 1 },
        { id: array, bytes: arrayBytes(count), children: 0 },
        { id: idAt(count >> 1), bytes: nodeBytes, children: 0 },
      ];
      known = { objects: count + 2, reachableBytes: bytes, sizes };
      break;
    }
    case "queue-and-map": {
      // 1 … count are links of the queue, count+1 … 2 count the items; entries of the map lie behind its table.
      const entry = (k: number): bigint => after + BigInt(k) * step;
      out.instance(holder, classes.holder, idAt(1), array);
      nodes(1, count + 1, (k) => [next(k, count), idAt(count + k)]);
      nodes(count + 1, 2 * count + 1, () => [0n, 0n]);
      out.objectArray(array, classes.array, count, entry);
      for (let k = 0; k < count; k++) out.instance(entry(k), classes.node, idAt(count + 1 + k), 0n);
      const table = arrayBytes(count) + count * nodeBytes;
      const bytes = holderBytes + 2 * count * nodeBytes + table;
      const sizes = [
        { id: holder, bytes, children: count + 2 },
        { id: array, bytes: table, children: count },
        { id: idAt(1), bytes: count * nodeBytes, children: count > 1 ? 1 : 0 },
        { id: idAt(count + 1), bytes: nodeBytes, children: 0 },
      ];
      known = { objects: 3 * count + 2, reachableBytes: bytes, sizes };
      break;
    }
  }
  out.root(holder);
  out.end();
  return { holder, ...known };
}

const bufferBytes = 4 << 20;

/** HPROF records through a buffer; each buffer is one heap dump segment. */
class DumpStream {
  private readonly bytes = Buffer.alloc(bufferBytes);
  private at = 0;
  private segmentAt = -1;
  constructor(private readonly emit: (bytes: Uint8Array) => unknown) {}

  preamble(): void {
    this.at += this.bytes.write("JAVA PROFILE 1.0.2\0", this.at, "latin1");
    this.u4(8).u4(0x18b).u4(0xcfe56800);
    const names = new Map<bigint, string>([
      [classes.object, "java/lang/Object"],
      [classes.class, "java/lang/Class"],
      [classes.array, "[Ljava/lang/Object;"],
      [classes.holder, "adversary/Holder"],
      [classes.node, "adversary/Node"],
    ]);
    const texts = ["first", "second", ...names.values()];
    texts.forEach((text, k) => {
      this.u1(0x01)
        .u4(0)
        .u4(8 + text.length)
        .id(BigInt(k + 1));
      this.at += this.bytes.write(text, this.at, "latin1");
    });
    [...names.keys()].forEach((id, k) => {
      this.u1(0x02)
        .u4(0)
        .u4(24)
        .u4(k + 1)
        .id(id)
        .u4(0)
        .id(BigInt(k + 3));
    });
    for (const id of names.keys()) {
      this.open(128);
      const fields = id === classes.holder || id === classes.node ? 2 : 0;
      this.u1(0x20)
        .id(id)
        .u4(0)
        .id(id === classes.object ? 0n : classes.object);
      this.id(0n)
        .id(0n)
        .id(0n)
        .id(0n)
        .id(0n)
        .u4(8 * fields)
        .u2(0)
        .u2(0)
        .u2(fields);
      for (let k = 0; k < fields; k++) this.id(BigInt(k + 1)).u1(2);
    }
  }

  instance(id: bigint, type: bigint, first: bigint, second: bigint): void {
    this.open(64);
    this.u1(0x21).id(id).u4(0).id(type).u4(16).id(first).id(second);
  }

  /** In a segment of its own, whose length is known beforehand. */
  objectArray(id: bigint, type: bigint, count: number, element: (k: number) => bigint): void {
    this.flush();
    this.u1(0x1c)
      .u4(0)
      .u4(25 + 8 * count);
    this.u1(0x22).id(id).u4(0).u4(count).id(type);
    for (let k = 0; k < count; k++) {
      if (this.at + 8 > bufferBytes) this.write();
      this.id(element(k));
    }
    this.write();
  }

  root(id: bigint): void {
    this.open(16);
    this.u1(0xff).id(id);
  }

  end(): void {
    this.flush();
    this.u1(0x2c).u4(0).u4(0);
    this.write();
  }

  /** Makes sure a segment is open with so much room left in the buffer. */
  private open(bytes: number): void {
    if (this.at + bytes > bufferBytes) this.flush();
    if (this.segmentAt >= 0) return;
    this.segmentAt = this.at;
    this.u1(0x1c).u4(0).u4(0);
  }

  private flush(): void {
    if (this.segmentAt >= 0) this.bytes.writeUInt32BE(this.at - this.segmentAt - 9, this.segmentAt + 5);
    this.segmentAt = -1;
    this.write();
  }

  private write(): void {
    this.emit(this.bytes.subarray(0, this.at));
    this.at = 0;
  }

  private u1(value: number): this {
    this.bytes[this.at++] = value;
    return this;
  }
  private u2(value: number): this {
    this.at = this.bytes.writeUInt16BE(value, this.at);
    return this;
  }
  private u4(value: number): this {
    this.at = this.bytes.writeUInt32BE(value, this.at);
    return this;
  }
  private id(value: bigint): this {
    this.at = this.bytes.writeBigUInt64BE(value, this.at);
    return this;
  }
}
