import type { BasicType, RootKind } from "../../analyzer/heap/heap";

/** Types by HPROF code. */
const typeCode: Readonly<Record<BasicType, number>> = {
  object: 2,
  boolean: 4,
  char: 5,
  float: 6,
  double: 7,
  byte: 8,
  short: 9,
  int: 10,
  long: 11,
};
const typeBytes: Readonly<Record<BasicType, number>> = {
  object: 0,
  boolean: 1,
  char: 2,
  float: 4,
  double: 8,
  byte: 1,
  short: 2,
  int: 4,
  long: 8,
};
const rootTag: Readonly<Record<RootKind, readonly [tag: number, extraIds: number, words: number]>> = {
  unknown: [0xff, 0, 0],
  "jni-global": [0x01, 1, 0],
  "jni-local": [0x02, 0, 2],
  "java-frame": [0x03, 0, 2],
  "native-stack": [0x04, 0, 1],
  "sticky-class": [0x05, 0, 0],
  "thread-block": [0x06, 0, 1],
  "monitor-used": [0x07, 0, 0],
  "thread-object": [0x08, 0, 2],
  "interned-string": [0x89, 0, 0],
  finalizing: [0x8a, 0, 0],
  debugger: [0x8b, 0, 0],
  "reference-cleanup": [0x8c, 0, 0],
  "vm-internal": [0x8d, 0, 0],
  "jni-monitor": [0x8e, 0, 2],
};

export interface BuilderOptions {
  readonly idSize?: 4 | 8;
  /** `JAVA PROFILE 1.0.1` writes one HEAP_DUMP record, 1.0.2 segments. */
  readonly version?: "1.0.1" | "1.0.2";
  readonly createdMs?: number;
}

type FieldList = readonly (readonly [name: string, type: BasicType])[];
type FieldContent = number | bigint | boolean;

export interface ClassOptions {
  readonly super?: bigint;
  readonly loader?: bigint;
  readonly fields?: FieldList;
  readonly statics?: readonly (readonly [name: string, type: BasicType, value: FieldContent])[];
  readonly signers?: bigint;
  readonly protectionDomain?: bigint;
  readonly instanceBytes?: number;
}

/**
 * Writes HPROF dumps record by record. Records appear in the order of the calls; the sub-records between two calls
 * of {@link HprofBuilder.segment} form one heap dump record.
 */
export class HprofBuilder {
  readonly idSize: 4 | 8;
  /** Offsets where a record or sub-record begins, in order: where a truncation test cuts. */
  readonly boundaries: number[] = [];
  private readonly chunks: Uint8Array[] = [];
  private length = 0;
  private nextTextId = 0x7000_0000n;
  private nextSerial = 1;
  private readonly textIds = new Map<string, bigint>();
  private readonly classFields = new Map<bigint, { readonly super: bigint; readonly fields: FieldList }>();
  private segmentAt: number | undefined;
  private readonly dumpTag: number;

  constructor(options: BuilderOptions = {}) {
    this.idSize = options.idSize ?? 8;
    const version = options.version ?? "1.0.2";
    this.dumpTag = version === "1.0.1" ? 0x0c : 0x1c;
    const text = new TextEncoder().encode(`JAVA PROFILE ${version}\0`);
    const createdMs = options.createdMs ?? 1_700_000_000_000;
    this.put([...text]);
    this.u4(this.idSize)
      .u4(Math.floor(createdMs / 2 ** 32))
      .u4(createdMs % 2 ** 32);
  }

  /** Id of a UTF-8 record with this text, written when new. */
  text(text: string): bigint {
    const known = this.textIds.get(text);
    if (known !== undefined) return known;
    const id = this.nextTextId;
    this.nextTextId += 8n;
    this.textIds.set(text, id);
    const bytes = new TextEncoder().encode(text);
    this.record(0x01, () => this.id(id).put([...bytes]));
    return id;
  }

  /** LOAD_CLASS and its name; the class dump comes with {@link classDump}. @returns the class serial */
  loadClass(id: bigint, jvmName: string): number {
    const nameId = this.text(jvmName);
    const serial = this.nextSerial++;
    this.record(0x02, () => this.u4(serial).id(id).u4(0).id(nameId));
    return serial;
  }

  /** Both records of a class. Names are the JVM's: `java/lang/String`, `[I`. */
  class(id: bigint, jvmName: string, options: ClassOptions = {}): this {
    const open = this.segmentAt !== undefined;
    if (open) this.endSegment();
    for (const [name] of [...(options.fields ?? []), ...(options.statics ?? [])]) this.text(name);
    this.loadClass(id, jvmName);
    return this.classDump(id, options);
  }

  classDump(id: bigint, options: ClassOptions = {}): this {
    const fields = options.fields ?? [];
    const statics = options.statics ?? [];
    this.classFields.set(id, { super: options.super ?? 0n, fields });
    const names = new Map([...fields, ...statics].map(([name]) => [name, this.text(name)]));
    return this.sub(0x20, () => {
      this.id(id)
        .u4(0)
        .id(options.super ?? 0n)
        .id(options.loader ?? 0n);
      this.id(options.signers ?? 0n)
        .id(options.protectionDomain ?? 0n)
        .id(0n)
        .id(0n);
      this.u4(options.instanceBytes ?? 0)
        .u2(0)
        .u2(statics.length);
      for (const [name, type, value] of statics)
        this.id(names.get(name)!).u1(typeCode[type]).value(type, value);
      this.u2(fields.length);
      for (const [name, type] of fields) this.id(names.get(name)!).u1(typeCode[type]);
    });
  }

  /** An instance; values by field name, missing ones are zero. Ambiguous names go to the concrete class. */
  instance(
    id: bigint,
    classId: bigint,
    values: Readonly<Record<string, FieldContent>> = {},
    trace = 0,
  ): this {
    const layout: (readonly [string, BasicType])[] = [];
    const seen = new Set<bigint>();
    for (let at = classId; at !== 0n && !seen.has(at); ) {
      seen.add(at);
      const found = this.classFields.get(at);
      if (found === undefined) break;
      layout.push(...found.fields);
      at = found.super;
    }
    const bytes = layout.reduce(
      (sum, [, type]) => sum + (type === "object" ? this.idSize : typeBytes[type]),
      0,
    );
    const used = new Set<string>();
    return this.sub(0x21, () => {
      this.id(id).u4(trace).id(classId).u4(bytes);
      for (const [name, type] of layout) {
        this.value(type, used.has(name) ? 0 : (values[name] ?? 0));
        used.add(name);
      }
    });
  }

  objectArray(id: bigint, classId: bigint, elements: readonly bigint[]): this {
    return this.sub(0x22, () => {
      this.id(id).u4(0).u4(elements.length).id(classId);
      for (const element of elements) this.id(element);
    });
  }

  primitiveArray(
    id: bigint,
    type: Exclude<BasicType, "object">,
    elements: readonly FieldContent[],
    trace = 0,
  ): this {
    return this.sub(0x23, () => {
      this.id(id).u4(trace).u4(elements.length).u1(typeCode[type]);
      for (const element of elements) this.value(type, element);
    });
  }

  root(kind: RootKind, id: bigint, first = 0, second = 0): this {
    const [tag, extraIds, words] = rootTag[kind];
    return this.sub(tag, () => {
      this.id(id);
      for (let k = 0; k < extraIds; k++) this.id(0n);
      if (words > 0) this.u4(first);
      if (words > 1) this.u4(second);
    });
  }

  /** A stack frame. @returns its id, for {@link trace} */
  frame(method: string, signature: string, file: string, classSerial: number, line: number): bigint {
    const [a, b, c] = [this.text(method), this.text(signature), this.text(file)];
    const id = this.nextTextId;
    this.nextTextId += 8n;
    this.record(0x04, () =>
      this.id(id)
        .id(a)
        .id(b)
        .id(c)
        .u4(classSerial)
        .u4(line >>> 0),
    );
    return id;
  }

  trace(serial: number, threadSerial: number, frames: readonly bigint[]): this {
    this.record(0x05, () => {
      this.u4(serial).u4(threadSerial).u4(frames.length);
      for (const frame of frames) this.id(frame);
    });
    return this;
  }

  /** Any sub-record, e.g. one that does not exist. */
  sub(tag: number, body: () => void): this {
    if (this.segmentAt === undefined) {
      this.boundaries.push(this.length);
      this.u1(this.dumpTag).u4(0);
      this.segmentAt = this.length;
      this.u4(0);
    }
    this.boundaries.push(this.length);
    this.u1(tag);
    body();
    return this;
  }

  /** Ends the heap dump record under way; the next sub-record begins another. */
  endSegment(statedLength?: number): this {
    if (this.segmentAt === undefined) return this;
    const length = statedLength ?? this.length - this.segmentAt - 4;
    this.patch(this.segmentAt, length);
    this.segmentAt = undefined;
    return this;
  }

  /** Any top-level record. */
  record(tag: number, body: () => void): this {
    this.endSegment();
    this.boundaries.push(this.length);
    this.u1(tag).u4(0);
    const at = this.length;
    this.u4(0);
    body();
    this.patch(at, this.length - at - 4);
    return this;
  }

  build(): Uint8Array {
    this.endSegment();
    if (this.dumpTag === 0x1c) this.record(0x2c, () => undefined);
    const result = new Uint8Array(this.length);
    let at = 0;
    for (const chunk of this.chunks) {
      result.set(chunk, at);
      at += chunk.length;
    }
    return result;
  }

  u1(value: number): this {
    return this.put([value & 0xff]);
  }

  u2(value: number): this {
    return this.put([(value >>> 8) & 0xff, value & 0xff]);
  }

  u4(value: number): this {
    return this.put([(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff]);
  }

  id(value: bigint): this {
    if (this.idSize === 8) this.u4(Number((value >> 32n) & 0xffffffffn));
    return this.u4(Number(value & 0xffffffffn));
  }

  private value(type: BasicType, value: FieldContent): this {
    if (type === "object") return this.id(BigInt(value));
    const view = new DataView(new ArrayBuffer(8));
    if (type === "long") view.setBigInt64(0, BigInt(value));
    else if (type === "double") view.setFloat64(0, Number(value));
    else if (type === "float") view.setFloat32(0, Number(value));
    else if (typeBytes[type] === 4) view.setInt32(0, Number(value));
    else if (typeBytes[type] === 2) view.setInt16(0, Number(value));
    else view.setInt8(0, Number(value));
    return this.put([...new Uint8Array(view.buffer, 0, typeBytes[type])]);
  }

  private put(bytes: readonly number[]): this {
    this.chunks.push(Uint8Array.from(bytes));
    this.length += bytes.length;
    return this;
  }

  private patch(position: number, value: number): void {
    let at = this.length;
    // From the end: what is patched was written lately.
    for (let k = this.chunks.length - 1; k >= 0; k--) {
      const chunk = this.chunks[k]!;
      at -= chunk.length;
      if (at !== position) continue;
      chunk.set([(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff]);
      return;
    }
    throw new Error(`No u4 at ${position}`);
  }
}
