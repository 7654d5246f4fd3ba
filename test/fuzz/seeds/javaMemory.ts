import type { ObjectFile } from "../../../analyzer/core/objectFile";
import { moduleAt, ProcessMemory } from "../../build/processMemory";

/** Collectors whose structures are in the memory, by the flag that chooses them. */
export const collectorFlags = [
  "UseG1GC",
  "UseSerialGC",
  "UseParallelGC",
  "UseZGC",
  "UseShenandoahGC",
] as const;

const base = 0x7000_0000;
const heap = 0x8000_0000;
const memoryBytes = 0xc000;
const heapBytes = 0x2000;
const structBytes = 0x100;
const encode = new TextEncoder();

/** A JVM that says what it is made of, and a heap of a few objects. */
export interface JavaMemory {
  readonly memory: ProcessMemory;
  readonly libjvm: ReturnType<typeof moduleAt>;
}

/** The tables and structures HotSpot has for one collector; offsets are as made up here as they are in each release. */
export function javaMemory(collector: (typeof collectorFlags)[number]): JavaMemory {
  const memory = new ProcessMemory().segment(base, memoryBytes).segment(heap, heapBytes);
  const symbols = new Map<string, number>();
  let free = base + 16;
  const room = (bytes: number) => {
    const at = free;
    free += Math.ceil(bytes / 8) * 8;
    return at;
  };
  const texts = new Map<string, number>();
  const text = (value: string): number => {
    const known = texts.get(value);
    if (known !== undefined) return known;
    const bytes = encode.encode(value);
    const at = room(bytes.length + 1);
    memory.write(at, bytes);
    texts.set(value, at);
    return at;
  };
  const word = (value: number) => {
    const at = room(8);
    memory.words(at, value);
    return at;
  };
  /** Where a field stands in a structure of its type: each type has eight bytes for each field named so far. */
  const offsets = new Map<string, number>();
  const fields: (readonly [
    type: string,
    field: string,
    isStatic: number,
    offset: number,
    address: number,
  ])[] = [];
  const subtypes: Readonly<Record<string, number>> = {
    InstanceKlass: 0x60,
    JavaThread: 0x80,
    [collector]: 0x40,
  };
  const offsetOf = (type: string, field: string): number => {
    const name = `${type}::${field}`;
    let offset = offsets.get(name);
    if (offset === undefined) {
      const before = [...offsets.keys()].filter((each) => each.startsWith(`${type}::`)).length;
      offset = (subtypes[type] ?? 0) + 8 * before;
      offsets.set(name, offset);
      fields.push([type, field, 0, offset, 0]);
    }
    return offset;
  };
  type Values = Readonly<Record<string, number>>;
  const fill = (at: number, type: string, values: Values): number => {
    for (const [field, value] of Object.entries(values)) memory.words(at + offsetOf(type, field), value);
    return at;
  };
  const struct = (type: string, values: Values) => fill(room(structBytes), type, values);
  const variable = (type: string, field: string, value: number) => {
    fields.push([type, field, 1, 0, word(value)]);
  };
  const pointers = (...values: readonly number[]) => {
    const at = room(8 * values.length);
    memory.words(at, ...values);
    return at;
  };

  // Classes: the boot loader's list, each with its name and how its objects are laid out.
  const symbol = (name: string) => {
    const at = room(8 + name.length);
    memory.int(at, name.length).write(at + 8, encode.encode(name));
    return at;
  };
  offsets.set("Symbol::_length", 0).set("Symbol::_body", 8);
  fields.push(["Symbol", "_length", 0, 0, 0], ["Symbol", "_body", 0, 8, 0]);
  let klasses = 0;
  const klass = (name: string, layoutHelper: number, values: Values = {}) => {
    const at = struct("Klass", { _layout_helper: 0, _name: symbol(name), _next_link: klasses, _super: 0 });
    memory.int(at + offsetOf("Klass", "_layout_helper"), layoutHelper);
    fill(at, "InstanceKlass", { _methods: base + 0x100, _constants: 0, ...values });
    klasses = at;
    return at;
  };
  const object = klass("java/lang/Object", 16);
  const bytes = klass("[B", 0xc018_0800 | 0);
  const counter = klass("java/util/concurrent/atomic/AtomicLong", 24, fieldsOf(["value", 16]));
  const mirrorAt = heap + 0x100;
  const bits = klass(
    "java/nio/Bits",
    16,
    fieldsOf(["RESERVED_MEMORY", 32, true], ["TOTAL_CAPACITY", 40, true], ["COUNT", 48, true]),
  );
  memory.words(bits + offsetOf("Klass", "_java_mirror"), word(mirrorAt));
  const buffer = klass(
    "java/nio/DirectByteBuffer",
    48,
    fieldsOf(["address", 16], ["capacity", 24], ["cleaner", 32]),
  );
  /** The packed form: count, then name, signature, offset, access and flags of each. */
  function fieldsOf(
    ...declared: readonly (readonly [name: string, offset: number, isStatic?: boolean])[]
  ): Values {
    const pool = room(16 + 16 * declared.length);
    const packed = [declared.length + 1, 1];
    declared.forEach(([name, offset, isStatic], index) => {
      memory.words(pool + 16 + 16 * index, symbol(name), symbol("J"));
      packed.push(2 * index + 2, 2 * index + 3, offset + 1, isStatic === true ? 9 : 1, 1);
    });
    const stream = room(4 + packed.length);
    memory.int(stream, packed.length).write(stream + 4, packed);
    return { _constants: pool, _fieldinfo_stream: stream };
  }

  // Objects one after the other, with class pointers of eight bytes.
  let objectAt = heap;
  const put = (type: number, size: number, ...rest: readonly number[]) => {
    memory.words(objectAt, 1, type, ...rest);
    objectAt += size;
  };
  put(object, 16);
  put(bytes, 24 + 40, 40);
  put(buffer, 48, 0x9000_0000, 4096, heap);
  put(counter, 24, 4096);
  // The mirror of a class, with its static fields, looks like any other object.
  put(bytes, 24 + 208, 208);
  while (objectAt < heap + 0x1000) put(object, 16);
  memory.words(mirrorAt + 32, heap + 0x80, heap + 0x80, heap + 0x80);

  // The collector's structures over that heap.
  const [bottom, top, end] = [heap, heap + 0x1000, heap + heapBytes];
  const space = (type: string) => struct(type, { _bottom: bottom, _top: top, _end: end });
  const none = (type: string) => struct(type, { _bottom: end, _top: end, _end: end });
  const collected = struct("CollectedHeap", {});
  fill(collected + offsetOf("CollectedHeap", "_reserved"), "MemRegion", {
    _start: heap,
    _word_size: heapBytes / 8,
  });
  const owner = collected + 0x40;
  if (collector === "UseG1GC") {
    offsets.set("G1CollectedHeap::_hrm", 0x40).set("HeapRegionManager::_regions", 0);
    fields.push(["G1CollectedHeap", "_hrm", 0, 0x40, 0], ["HeapRegionManager", "_regions", 0, 0, 0]);
    fill(owner, "G1HeapRegionTable", {
      _base: pointers(space("HeapRegion"), none("HeapRegion")),
      _length: 2,
    });
  } else if (collector === "UseSerialGC") {
    const young = struct("DefNewGeneration", {
      _eden_space: space("ContiguousSpace"),
      _from_space: none("ContiguousSpace"),
      _to_space: none("ContiguousSpace"),
    });
    const old = struct("TenuredGeneration", { _the_space: none("ContiguousSpace") });
    fill(owner, "SerialHeap", { _young_gen: young, _old_gen: old });
    for (const field of ["_young_gen", "_old_gen"]) {
      const index = fields.findIndex(([type, name]) => type === "SerialHeap" && name === field);
      fields[index] = ["SerialHeap", field, 0, 0x40 + offsetOf("SerialHeap", field), 0];
    }
  } else if (collector === "UseParallelGC") {
    const young = struct("PSYoungGen", {
      _eden_space: space("MutableSpace"),
      _from_space: none("MutableSpace"),
      _to_space: none("MutableSpace"),
    });
    variable("ParallelScavengeHeap", "_young_gen", young);
    variable("ParallelScavengeHeap", "_old_gen", struct("PSOldGen", { _object_space: none("MutableSpace") }));
  } else if (collector === "UseShenandoahGC") {
    fields.push(["ShenandoahHeap", "_num_regions", 0, 0x40, 0], ["ShenandoahHeap", "_regions", 0, 0x48, 0]);
    memory.words(owner, 2, pointers(space("ShenandoahHeapRegion"), none("ShenandoahHeapRegion")));
  } else {
    const globals = { _ZAddressOffsetMask: word(0xffff_ffff), _ZAddressGoodMask: word(heap) };
    variable("ZGlobalsForVMStructs", "_instance_p", struct("ZGlobalsForVMStructs", globals));
    for (const [type, field, offset] of [
      ["ZCollectedHeap", "_heap", 0x40],
      ["ZHeap", "_page_table", 0],
      ["ZPageTable", "_map", 0],
      ["ZGranuleMapForPageTable", "_map", 0],
      ["ZHeap", "_page_allocator", 8],
    ] as const)
      fields.push([type, field, 0, offset, 0]);
    const page = struct("ZPage", { _type: 1, _top: 0x1000, _virtual: 0 });
    fill(page + offsetOf("ZPage", "_virtual"), "ZVirtualMemory", { _start: 0, _end: heapBytes });
    memory.words(owner, pointers(page, page, 0));
    fill(owner + 8, "ZPageAllocator", { _capacity: heapBytes });
  }

  // What every JVM has.
  variable("Universe", "_collectedHeap", collected);
  variable("Abstract_VM_Version", "_s_vm_release", text("21.0.1+12"));
  variable("ClassLoaderDataGraph", "_head", struct("ClassLoaderData", { _klasses: klasses, _next: 0 }));
  variable("MetaspaceObj", "_shared_metaspace_base", base);
  variable("MetaspaceObj", "_shared_metaspace_top", base + memoryBytes);
  variable("CodeCache", "_low_bound", 0x9100_0000);
  variable("CodeCache", "_high_bound", 0x9200_0000);
  fields.push(["CodeHeap", "_segmap", 0, 0, 0]);
  const codeHeap = struct("VirtualSpace", { _low_boundary: 0x9100_0000, _high_boundary: 0x9180_0000 });
  variable("CodeCache", "_heaps", pointers(1, pointers(codeHeap)));
  const barriers = struct("CardTableBarrierSet", {
    _card_table: struct("CardTable", { _byte_map: base, _byte_map_size: 64 }),
  });
  variable("BarrierSet", "_barrier_set", barriers);
  const thread = struct("Thread", {
    _stack_base: 0x9400_0000,
    _stack_size: 0x10_0000,
    _osthread: struct("OSThread", { _thread_id: 7 }),
    _tlab: 0,
  });
  const buffers = { _start: heap + 0x800, _top: heap + 0x900, _end: heap + 0x978 };
  fill(thread + offsetOf("Thread", "_tlab"), "ThreadLocalAllocBuffer", buffers);
  const handles = struct("JNIHandleBlock", { _top: 2, _next: 0, _handles: heap });
  memory.words(handles + offsetOf("JNIHandleBlock", "_handles") + 8, heap + 16);
  fill(thread, "JavaThread", { _threadObj: word(heap), _active_handles: handles });
  const list = struct("ThreadsList", { _length: 1, _threads: pointers(thread) });
  variable("ThreadsSMRSupport", "_java_thread_list", list);
  const flags: Readonly<Record<string, number>> = {
    [collector]: 1,
    ObjectAlignmentInBytes: 8,
    MaxHeapSize: heapBytes,
  };
  offsets.set("JVMFlag::_name", 0).set("JVMFlag::_addr", 8);
  fields.push(["JVMFlag", "_name", 0, 0, 0], ["JVMFlag", "_addr", 0, 8, 0]);
  const flagRows = Object.entries(flags).flatMap(([name, value]) => [text(name), word(value)]);
  variable("JVMFlag", "flags", pointers(...flagRows));
  variable("JVMFlag", "numFlags", flagRows.length / 2);

  // The tables that tell all of it.
  const table = (
    name: string,
    entry: string,
    stride: number,
    parts: Readonly<Record<string, number>>,
    rows: readonly (readonly number[])[],
  ) => {
    const at = room(stride * (rows.length + 1));
    rows.forEach((row, index) => {
      memory.words(at + stride * index, ...row);
    });
    symbols.set(`gHotSpotVM${name}`, word(at));
    symbols.set(`gHotSpotVM${entry}ArrayStride`, word(stride));
    for (const [part, offset] of Object.entries(parts))
      symbols.set(`gHotSpotVM${entry}${part}Offset`, word(offset));
  };
  const structRows = fields.map(([type, field, ...rest]) => [text(type), text(field), ...rest]);
  table(
    "Structs",
    "StructEntry",
    40,
    { TypeName: 0, FieldName: 8, IsStatic: 16, Offset: 24, Address: 32 },
    structRows,
  );
  const typeRows = [
    [text("JVMFlag"), 0, 16],
    [text("ConstantPool"), 0, 8],
  ];
  table("Types", "TypeEntry", 24, { TypeName: 0, SuperclassName: 8, Size: 16 }, typeRows);
  table("LongConstants", "LongConstantEntry", 16, { Name: 0, Value: 8 }, [[text("ZGranuleSizeShift"), 13]]);
  table("IntConstants", "IntConstantEntry", 16, { Name: 0, Value: 8 }, [[text("someConstant"), 3]]);
  return {
    memory,
    libjvm: moduleAt(1, "/opt/jdk/lib/libjvm.so", [base, base + memoryBytes], exporting(symbols)),
  };
}

/** A library of which only the exported symbols are known. */
function exporting(symbols: Map<string, number>): ObjectFile {
  return { exportedAddresses: () => symbols } as Partial<ObjectFile> as ObjectFile;
}
