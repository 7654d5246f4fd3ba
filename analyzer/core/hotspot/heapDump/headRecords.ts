import { RecordBytes } from "../../../formats/hprof/recordBytes";
import { heapTag, objectType, recordTag } from "../../../formats/hprof/tags";
import { symbolBytes } from "../klassTable";
import type { ObjectReferences } from "../objectReferences";
import type { HeapRoot, RootFrame, RootThread } from "../roots/heapRoot";
import type { VmStructs } from "../vmStructs";
import type { ClassObjectFields } from "./classObjectFields";
import { type DumpedClass, typeCodeOf } from "./recordClasses";

/** Records that hold others are ended behind this many bytes. */
const segmentBytes = 4 << 20;

export interface HeadInputs {
  readonly structs: VmStructs;
  readonly references: ObjectReferences;
  readonly classes: readonly DumpedClass[];
  /** Bytes of an instance's fields, by class. */
  readonly fieldBytes: Uint32Array;
  readonly classObjects: ClassObjectFields;
  readonly threads: readonly RootThread[];
  readonly roots: Iterable<HeapRoot>;
}

/** Everything before the objects: names, classes with their static fields, threads with their stacks, roots. */
export function headRecords(inputs: HeadInputs): Uint8Array {
  const out = new RecordBytes();
  out.header(0);
  const names = new NameTable(out);
  const classes = inputs.classes
    .map((each, index) => ({ ...each, fieldBytes: inputs.fieldBytes[index]! }))
    .filter(({ id }) => id !== 0);
  const ids = new Map(classes.map(({ klass, id }) => [klass.address, id]));
  const serials = new Map(classes.map(({ klass }, index) => [klass.address, index + 1]));
  const nameIds = classes.map(({ klass, fields }) => ({
    own: names.ofSymbol(inputs.structs, inputs.structs.word(klass.address, ["Klass", "_name"]), klass.name),
    fields: fields.map(({ name }) => names.of(name)),
  }));
  const added = {
    resolved: names.of("<resolved_references>"),
    ofObject: inputs.classObjects.others.map(({ name, offset, otherwise = name }) => ({
      ofArrays: names.of(name),
      ofOthers: names.of(otherwise),
      offset,
    })),
  };
  classes.forEach(({ id }, index) => {
    out.beginRecord(recordTag.loadClass);
    out.u4(index + 1);
    out.id(id);
    out.u4(0);
    out.id(nameIds[index]!.own);
    out.endRecord();
  });
  writeStacks(out, names, inputs.threads, serials);
  const segment = new SegmentedRecords(out);
  classes.forEach((each, index) => {
    segment.begin();
    writeClassDump(out, inputs, each, nameIds[index]!.fields, added, ids.get(each.superclass) ?? 0);
  });
  inputs.threads.forEach(({ object }, index) => {
    segment.begin();
    out.u1(0x08);
    out.id(object);
    out.u4(index + 1);
    out.u4(index + 1);
  });
  for (const root of inputs.roots) {
    segment.begin();
    writeRoot(out, root);
  }
  segment.end();
  return out.toShared();
}

class SegmentedRecords {
  private isOpen = false;

  constructor(private readonly out: RecordBytes) {}

  /** Before each sub-record. */
  begin(): void {
    if (this.isOpen && this.out.recordLength < segmentBytes) return;
    this.end();
    this.out.beginRecord(recordTag.heapDumpSegment);
    this.isOpen = true;
  }

  end(): void {
    if (this.isOpen) this.out.endRecord();
    this.isOpen = false;
  }
}

const utf8 = new TextEncoder();

/** Names, each written once before it is used. Ids are small numbers, which no object has. */
class NameTable {
  private readonly ids = new Map<string, number>();

  constructor(private readonly out: RecordBytes) {}

  of(text: string): number {
    return this.add(text, () => utf8.encode(text));
  }

  ofSymbol(structs: VmStructs, symbol: number | undefined, text: string): number {
    return this.add(text, () => symbolBytes(structs, symbol) ?? utf8.encode(text));
  }

  private add(text: string, bytes: () => Uint8Array): number {
    let id = this.ids.get(text);
    if (id === undefined) {
      id = this.ids.size + 1;
      this.ids.set(text, id);
      this.out.text(id, bytes());
    }
    return id;
  }
}

function writeStacks(
  out: RecordBytes,
  names: NameTable,
  threads: readonly RootThread[],
  serials: ReadonlyMap<number, number>,
): void {
  // A hundred thousand virtual threads stand in the same few places.
  const ids = new Map<RootFrame, number>();
  threads.forEach(({ frames }, index) => {
    for (const frame of frames) {
      if (ids.has(frame)) continue;
      ids.set(frame, ids.size + 1);
      writeFrame(out, names, frame, ids.size, serials.get(frame.klass) ?? 0);
    }
    out.beginRecord(recordTag.stackTrace);
    out.u4(index + 1);
    out.u4(index + 1);
    out.u4(frames.length);
    for (const frame of frames) out.id(ids.get(frame)!);
    out.endRecord();
  });
}

function writeFrame(
  out: RecordBytes,
  names: NameTable,
  frame: RootFrame,
  id: number,
  classSerial: number,
): void {
  const method = names.of(frame.method);
  const signature = names.of(frame.signature);
  const file = frame.file === undefined ? 0 : names.of(frame.file);
  out.beginRecord(recordTag.stackFrame);
  out.id(id);
  out.id(method);
  out.id(signature);
  out.id(file);
  out.u4(classSerial);
  out.u4(frame.line);
  out.endRecord();
}

interface WrittenClass extends DumpedClass {
  readonly fieldBytes: number;
}

/** Ids of the names of references that class objects have besides static fields. */
interface AddedNames {
  readonly resolved: number;
  readonly ofObject: readonly {
    readonly ofArrays: number;
    readonly ofOthers: number;
    readonly offset: number;
  }[];
}

function writeClassDump(
  out: RecordBytes,
  inputs: HeadInputs,
  dumped: WrittenClass,
  nameIds: readonly number[],
  added: AddedNames,
  superclassId: number,
): void {
  const { fields, id, loader, fieldBytes } = dumped;
  const references = [
    { name: added.resolved, object: dumped.resolvedReferences },
    ...added.ofObject.map(({ ofArrays, ofOthers, offset }) => ({
      name: dumped.isArray ? ofArrays : ofOthers,
      object: inputs.references.fieldAt(id + offset) ?? 0,
    })),
  ].filter(({ object }) => object !== 0);
  const statics = fields
    .map((field, index) => ({ field, name: nameIds[index]! }))
    .filter((each) => each.field.isStatic)
    .slice(0, 0xffff - references.length);
  const instance = fields
    .map((field, index) => ({ field, name: nameIds[index]! }))
    .filter((each) => !each.field.isStatic)
    .slice(0, 0xffff);
  out.u1(heapTag.classDump);
  out.id(id);
  out.u4(0);
  out.id(superclassId);
  out.id(loader.loader);
  const { signersAt, protectionDomainAt } = inputs.classObjects;
  for (const at of [signersAt, protectionDomainAt])
    out.id(at === undefined ? 0 : (inputs.references.fieldAt(id + at) ?? 0));
  // Two that are reserved.
  out.id(0);
  out.id(0);
  out.u4(fieldBytes);
  out.u2(0);
  out.u2(statics.length + references.length);
  for (const { name, object } of references) {
    out.id(name);
    out.u1(objectType);
    out.id(object);
  }
  for (const { field, name } of statics) {
    out.id(name);
    out.u1(typeCodeOf(field.signature)!);
    writeStaticValue(out, inputs, typeCodeOf(field.signature)!, id + field.offset);
  }
  out.u2(instance.length);
  for (const { field, name } of instance) {
    out.id(name);
    out.u1(typeCodeOf(field.signature)!);
  }
}

/** What is not in the core reads as zero. */
function writeStaticValue(
  out: RecordBytes,
  { structs: { words }, references }: HeadInputs,
  type: number,
  address: number,
): void {
  switch (type) {
    case 2:
      out.id(references.fieldAt(address) ?? 0);
      return;
    case 4:
    case 8:
      out.u1(Math.max(0, words.u8(address)));
      return;
    case 5:
    case 9:
      out.u2(Math.max(0, words.u16(address)));
      return;
    case 6:
    case 10:
      out.u4(Math.max(0, words.u32(address)));
      return;
    default:
      out.u4(Math.max(0, words.u32(address + 4)));
      out.u4(Math.max(0, words.u32(address)));
  }
}

function writeRoot(out: RecordBytes, root: HeapRoot): void {
  switch (root.kind) {
    case "sticky-class":
      out.u1(0x05);
      out.id(root.object);
      return;
    case "monitor-used":
      out.u1(0x07);
      out.id(root.object);
      return;
    case "vm-internal":
      out.u1(0x8d);
      out.id(root.object);
      return;
    case "jni-global":
      out.u1(0x01);
      out.id(root.object);
      out.id(0);
      return;
    case "jni-local":
    case "java-frame":
      out.u1(root.kind === "jni-local" ? 0x02 : 0x03);
      out.id(root.object);
      out.u4(root.thread + 1);
      out.u4(root.frame);
      return;
    case "thread-block":
    case "native-stack":
      out.u1(root.kind === "thread-block" ? 0x06 : 0x04);
      out.id(root.object);
      out.u4(root.thread + 1);
  }
}
