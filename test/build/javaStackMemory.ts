import { HotspotTables } from "./hotspotTables";
import { ProcessMemory } from "./processMemory";

/**
 * A thread of Java as HotSpot has it on x86-64: from C++ through the call stub into an interpreted method, from there
 * into a compiled one with another inlined, a native method interpreted, and its wrapper. What stands where is made up,
 * as it differs by release; what is in it is not.
 */

const base = 0x7000_0000;
const usualBytes = 0x8000;
const heap = 0x8000_0000;
const code = 0x9100_0000;
const map = 0x9200_0000;
const stackStart = 0x9400_0000;
const stackBytes = 0x4000;
/** Bytes of one segment of the code cache. */
const segmentBytes = 128;
/** Somewhere in C++. */
export const returnsToC = 0x7000_0010;

export const addresses = {
  interpreter: code + 0x100,
  callStubReturn: code + 0x840,
  compiledCode: code + 0xc80,
  wrapperCode: code + 0x1480,
  stubCode: code + 0x1880,
  deoptimization: code + 0xc08 + 0x600,
} as const;

const offsets = {
  Klass: { _layout_helper: 8, _name: 16, _next_link: 24, _super: 32, _java_mirror: 40 },
  InstanceKlass: { _constants: 48, _fieldinfo_stream: 56, _methods: 64 },
  Symbol: { _length: 0, _body: 6 },
  ClassLoaderData: { _klasses: 0, _next: 8 },
  ConstantPool: { _pool_holder: 0, _source_file_name_index: 8 },
  Method: { _constMethod: 8, _access_flags: 16 },
  ConstMethod: {
    _constants: 0,
    "_flags._flags": 8,
    _constMethod_size: 12,
    _code_size: 16,
    _name_index: 18,
    _signature_index: 20,
    _max_locals: 22,
    _size_of_parameters: 24,
  },
  CodeHeap: { _memory: 0, _segmap: 32, _log2_segment_size: 64 },
  VirtualSpace: { _low: 0, _high: 8, _low_boundary: 16, _high_boundary: 24 },
  CodeBlob: {
    _name: 0,
    _size: 8,
    _code_offset: 12,
    _data_offset: 16,
    _frame_size: 20,
    _frame_complete_offset: 24,
    _kind: 28,
    _mutable_data: 32,
    _relocation_size: 40,
    _mutable_data_size: 44,
    _oop_maps: 112,
  },
  nmethod: {
    _method: 48,
    _immutable_data: 56,
    _immutable_data_size: 64,
    _scopes_pcs_offset: 68,
    _scopes_data_offset: 72,
    _comp_level: 76,
    _orig_pc_offset: 80,
    _deopt_handler_offset: 84,
    _verified_entry_offset: 88,
    _osr_entry_point: 96,
  },
  StubQueue: { _stub_buffer: 0, _buffer_limit: 8, _queue_end: 12 },
  InterpreterCodelet: { _size: 0, _description: 8 },
  Thread: { _stack_base: 0, _stack_size: 8, _osthread: 16, _tlab: 24 },
  JavaThread: {
    _threadObj: 128,
    _anchor: 136,
    _current_pending_monitor: 160,
    _current_waiting_monitor: 168,
    _lock_stack: 176,
    _monitor_owner_id: 240,
  },
  ObjectMonitor: { _object: 0, _owner: 8 },
  LockStack: { _top: 0, "_base[0]": 16 },
  OSThread: { _thread_id: 0 },
  ThreadsList: { _length: 0, _threads: 8 },
  JavaFrameAnchor: { _last_Java_sp: 0, _last_Java_pc: 8, _last_Java_fp: 16 },
  JavaCallWrapper: { _anchor: 32 },
  CollectedHeap: { _total_collections: 0, _is_stw_gc_active: 8 },
  JVMFlag: { _name: 0, _addr: 8 },
} as const;

/** A field of a class; `J` unless it says otherwise. */
export type MadeField = readonly [name: string, offset: number, signature?: string, isStatic?: "static"];

/** What is there for more to be added to. */
export interface JavaMachine {
  readonly memory: ProcessMemory;
  readonly tables: HotspotTables;
  readonly klass: (name: string, layoutHelper: number, fields?: readonly MadeField[]) => number;
  /** Writes a `String`, of at most 24 letters. */
  readonly text: (at: number, value: string) => number;
  readonly threadKlass: number;
  readonly main: { readonly at: number; readonly code: number };
  /** A monitor that the second thread has, and a lock that the first one has. */
  readonly till: number;
  readonly lock: number;
  /** Of the first thread: its object, and the structure of the JVM. */
  readonly first: number;
  readonly firstThread: number;
}

/** Frames end here in a made-up thread that is in C++. */
export interface JavaStackMemory {
  readonly memory: ProcessMemory;
  readonly libjvm: ReturnType<HotspotTables["libjvm"]>;
  /** Stack pointer, program counter and frame pointer of the thread, in its native wrapper. */
  readonly registers: { readonly sp: number; readonly pc: number; readonly fp: number };
  readonly places: { readonly mainCode: number; readonly printMethod: number };
}

const entryFp = stackStart + 0x3000;
const mainFp = stackStart + 0x2e00;
const compiledSp = stackStart + 0x2d00;
/** Where its frames lie. */
export const places = { mainFp, compiledSp, interpretedSp: mainFp - 104 } as const;

/** @param more room for it, and a field of the JVM's own threads with its offset */
export function javaStackMemory(more?: {
  readonly bytes: number;
  readonly threadField: string;
  readonly add: (machine: JavaMachine) => void;
}): JavaStackMemory {
  const baseBytes = usualBytes + (more?.bytes ?? 0);
  const memory = new ProcessMemory()
    .segment(base, baseBytes)
    .segment(heap, 0x1000)
    .segment(code, 0x2000)
    .segment(map, 0x1000)
    .segment(stackStart, stackBytes);
  const tables = new HotspotTables(memory, base, baseBytes, {
    ...offsets,
    ...(more && { JavaThread: { ...offsets.JavaThread, [more.threadField]: 248 } }),
  });

  // Classes and their methods.
  let klasses = 0;
  const pool = (holder: number, ...texts: readonly string[]) => {
    const at = tables.room(16 + 8 * (texts.length + 1));
    memory.words(at, holder);
    memory.words(at + 24, ...texts.map((text) => tables.symbol(text)));
    return at;
  };
  const klass = (name: string, layoutHelper: number, fields: readonly MadeField[] = []) => {
    const at = tables.room(80);
    tables.ints(at, "Klass", { _layout_helper: layoutHelper });
    const constants = pool(at, ...fields.flatMap(([field, , signature = "J"]) => [field, signature]));
    const packed = [
      fields.length + 1,
      1,
      ...fields.flatMap(([, offset, , isStatic], i) => [
        2 * i + 2,
        2 * i + 3,
        offset + 1,
        isStatic === "static" ? 9 : 1,
        1,
      ]),
    ];
    const stream = tables.room(4 + packed.length);
    memory.int(stream, packed.length).write(stream + 4, packed);
    tables.fill(at, "Klass", { _name: tables.symbol(name), _next_link: klasses, _super: 0 });
    tables.fill(at, "InstanceKlass", { _constants: constants, _fieldinfo_stream: stream, _methods: 0 });
    klasses = at;
    return at;
  };
  const bytesKlass = klass("[B", 0xc018_0800 | 0);
  const stringKlass = klass("java/lang/String", 32, [
    ["value", 16],
    ["coder", 24],
  ]);
  const synchronizer = klass("java/util/concurrent/locks/AbstractOwnableSynchronizer", 24, [
    ["exclusiveOwnerThread", 16],
  ]);
  const lockKlass = klass("com/acme/Lock", 24);
  tables.fill(lockKlass, "Klass", { _super: synchronizer });
  const threadKlass = klass("java/lang/Thread", 64, [
    ["name", 16],
    ["tid", 24],
    ["threadStatus", 32],
    ["daemon", 40],
    ["priority", 48],
    ["parkBlocker", 56],
  ]);
  const shop = klass("com/acme/Shop$Till", 16);
  const constMethodBytes = 32;
  const method = (name: string, access: number, bytecodes: number, lines: readonly number[]) => {
    const constants = pool(shop, name, "(I)V", "Shop.java", "cents", "I", "till", "Lcom/acme/Shop$Till;");
    tables.shorts(constants, "ConstantPool", { _source_file_name_index: 3 });
    // Behind code and lines: the table of variables, then how many there are.
    const wholeBytes = Math.ceil((constMethodBytes + bytecodes + lines.length + 1 + 2 * 12 + 2) / 8) * 8;
    const constMethod = tables.room(wholeBytes);
    tables.ints(constMethod, "ConstMethod", { _constMethod_size: wholeBytes / 8 });
    const variables = [0, bytecodes, 4, 5, 0, 0, 2, bytecodes, 6, 7, 0, 1, 2];
    memory.write(
      constMethod + wholeBytes - 2 * variables.length,
      variables.flatMap((value) => [value & 0xff, value >> 8]),
    );
    tables.fill(constMethod, "ConstMethod", { _constants: constants });
    tables.shorts(constMethod, "ConstMethod", {
      "_flags._flags": 5,
      _code_size: bytecodes,
      _name_index: 1,
      _signature_index: 2,
      _max_locals: 2,
      _size_of_parameters: 1,
    });
    memory.write(constMethod + constMethodBytes + bytecodes, [...lines, 0]);
    const at = tables.room(24);
    tables.fill(at, "Method", { _constMethod: constMethod });
    tables.shorts(at, "Method", { _access_flags: access });
    return { at, code: constMethod + constMethodBytes };
  };
  // Lines as a byte each: bytecodes passed in the upper five bits, lines in the lower three; 0xff, then two numbers.
  const main = method("main", 8, 20, [0xff, 1, 21, (5 << 3) | 1, (4 << 3) | 2]);
  const sell = method("sell", 1, 20, [0xff, 1, 61, (4 << 3) | 3]);
  const total = method("total", 1, 20, [0xff, 1, 81, (8 << 3) | 5]);
  const print = method("print", 0x108, 0, []);

  // The code cache: the interpreter, the call stub, a compiled method, a native wrapper, a stub.
  memory.write(map, new Array(0x2000 / segmentBytes).fill(0xff));
  const blob = (at: number, bytes: number, name: string, frameWords: number, prologue: number) => {
    const first = (at - code) / segmentBytes;
    for (let index = 0; index < bytes / segmentBytes; index++)
      memory.write(map + first + index, [Math.min(index, 0xfe)]);
    const address = at + 8;
    tables.fill(address, "CodeBlob", { _name: tables.text(name) });
    tables.ints(address, "CodeBlob", {
      _size: bytes - 8,
      _code_offset: 0x78,
      _data_offset: bytes - 8,
      _frame_size: frameWords,
    });
    tables.shorts(address, "CodeBlob", { _frame_complete_offset: prologue });
    return address;
  };
  blob(code, 0x700, "Interpreter", 0, 0);
  blob(code + 0x780, 0x400, "StubRoutines (1)", 0, 0);
  const compiled = blob(code + 0xc00, 0x700, "nmethod", 6, 16);
  const wrapper = blob(code + 0x1400, 0x380, "native nmethod", 4, 8);
  memory.write(addresses.compiledCode, [0x89, 0x84, 0x24, 0, 0xc0, 0xfe, 0xff, 0x55, 0x48, 0x83, 0xec, 0x20]);
  memory.write(
    addresses.compiledCode + 0x80,
    [0x48, 0x83, 0xc4, 0x20, 0x5d, 0x49, 0x3b, 0xa7, 0x50, 4, 0, 0, 0x0f, 0x87, 9, 0, 0, 0, 0xc3],
  );
  blob(code + 0x1800, 0x380, "RuntimeStub", 2, 0);
  const describe = (
    at: number,
    owner: number,
    descriptions: readonly number[][],
    stream: readonly number[],
  ) => {
    const metadata = tables.words(owner, sell.at, total.at);
    const immutable = tables.room(16 * descriptions.length + 16 + stream.length);
    descriptions.forEach((row, index) => {
      for (const [part, value] of row.entries()) memory.int(immutable + 16 * index + 4 * part, value);
    });
    const streamAt = 16 * descriptions.length;
    memory.write(immutable + streamAt, stream);
    tables.fill(at, "nmethod", { _method: owner, _immutable_data: immutable, _osr_entry_point: 0 });
    tables.fill(at, "CodeBlob", { _mutable_data: metadata });
    tables.ints(at, "CodeBlob", { _relocation_size: 0, _mutable_data_size: 24 });
    tables.ints(at, "nmethod", {
      _immutable_data_size: streamAt + stream.length,
      _scopes_pcs_offset: 0,
      _scopes_data_offset: streamAt,
      _orig_pc_offset: 0,
      _deopt_handler_offset: 0x600,
      _comp_level: 4,
    });
    tables.shorts(at, "nmethod", { _verified_entry_offset: 0 });
  };
  // Scopes from offset 1: total (bytecode 9) in sell (bytecode 5); numbers are written with one added to each byte.
  const scopes = [0, 1 + 7, 1 + 3, 1 + 10, 1, 1, 1, 1, 1 + 2, 1 + 6, 1, 1, 1 + 13];
  // Its monitors, from offset 13: one, of an object on the stack 8 bytes up, that is taken.
  scopes.push(1 + 1, 1, 1, 1 + 2 + 64, 0);
  // Its locals, from offset 18: the same object, and the constant -3.
  scopes.push(1 + 2, 1, 1 + 2 + 64, 1 + 1, 1 + 5);
  scopes[10] = 1 + 18;
  describe(
    compiled,
    sell.at,
    [
      [-1, 0, 0, 0],
      [0x40, 1, 0, 0],
      [0x7fff, 0, 0, 0],
    ],
    scopes,
  );
  describe(
    wrapper,
    print.at,
    [
      [-1, 0, 0, 0],
      [0x7fff, 0, 0, 0],
    ],
    [0],
  );
  // Where objects are in the compiled frame when it has called: 8 bytes up from its stack pointer.
  const firstStackSlot = 16;
  const mapsAt = tables.room(48);
  memory
    .int(mapsAt, 1)
    .int(mapsAt + 8, 0x40)
    .int(mapsAt + 16, 1)
    .write(mapsAt + 28, [1 + 4 * (firstStackSlot + 2)]);
  tables.fill(compiled, "CodeBlob", { _oop_maps: mapsAt });
  tables.variable("VMRegImpl", "stack0", firstStackSlot);
  const heapAt = tables.room(80);
  tables.fill(heapAt + offsets.CodeHeap._memory, "VirtualSpace", { _low: code, _high: code + 0x2000 });
  const mapSpace = { _low: map, _high: map + 0x1000, _low_boundary: map, _high_boundary: map + 0x1000 };
  tables.fill(heapAt + offsets.CodeHeap._segmap, "VirtualSpace", mapSpace);
  tables.ints(heapAt, "CodeHeap", { _log2_segment_size: 7 });
  tables.variable("CodeCache", "_heaps", tables.words(1, tables.words(heapAt)));
  tables.variable("StubRoutines", "_call_stub_return_address", addresses.callStubReturn);
  const queue = tables.room(16);
  tables.fill(queue, "StubQueue", { _stub_buffer: addresses.interpreter });
  tables.ints(queue, "StubQueue", { _buffer_limit: 0x500, _queue_end: 0x400 });
  tables.variable("AbstractInterpreter", "_code", queue);
  for (const [at, description] of [
    [0, "invokevirtual"],
    [0x200, "method entry point (kind = zerolocals)"],
  ] as const) {
    tables.ints(addresses.interpreter + at, "InterpreterCodelet", { _size: 0x200 });
    tables.fill(addresses.interpreter + at, "InterpreterCodelet", { _description: tables.text(description) });
  }

  // The stack, outermost first: C++, call stub, main interpreted, sell compiled, print native.
  const wrapperAt = stackStart + 0x3100;
  memory.words(entryFp, stackStart + 0x3800, returnsToC);
  memory.words(entryFp - 48, wrapperAt);
  memory.words(mainFp, entryFp, addresses.callStubReturn);
  memory.words(mainFp - 8, mainFp + 32);
  memory.words(mainFp - 24, main.at);
  memory.words(mainFp - 56, 3);
  memory.words(mainFp - 64, main.code + 9);
  memory.words(mainFp + 16, heap + 0x300, 42);
  memory.words(mainFp - 72, 0x1_0000_0000_0000_0000n - 11n);
  memory.words(mainFp - 88, 0, heap + 0x300);
  memory.words(compiledSp + 8, heap + 0x300);
  memory.words(compiledSp + 32, mainFp, addresses.interpreter + 0x80);
  const nativeSp = compiledSp - 32;
  memory.words(nativeSp + 16, compiledSp + 0x10, addresses.compiledCode + 0x40);

  // Two threads: the one on the stack waits for a monitor of the other, which is parked for a lock of the first.
  const text = (at: number, value: string) => {
    memory.words(at, 1, stringKlass, at + 0x40, 0).words(at + 0x40, 1, bytesKlass);
    memory.int(at + 0x50, value.length).write(at + 0x58, new TextEncoder().encode(value));
    return at;
  };
  const [first, second, till, lock] = [heap, heap + 0x40, heap + 0x300, heap + 0x340] as const;
  memory.words(till, 1, shop).words(lock, 1, lockKlass, first);
  memory.words(first, 1, threadKlass, text(heap + 0x100, "till"), 23, 0x401, 1, 7, 0);
  memory.words(second, 1, threadKlass, text(heap + 0x200, "printer"), 24, 0x291, 0, 5, lock);
  const threads = [first, second].map((object, index) => {
    const thread = tables.room(256);
    const osThread = tables.room(8);
    tables.ints(osThread, "OSThread", { _thread_id: 7 + index });
    const stack = { _stack_base: stackStart + stackBytes, _stack_size: index === 0 ? stackBytes : 0 };
    tables.fill(thread, "Thread", { ...stack, _osthread: osThread, _tlab: 0 });
    tables.fill(thread, "JavaThread", { _threadObj: tables.word(object), _monitor_owner_id: 23 + index });
    return thread;
  });
  more?.add({ memory, tables, klass, text, threadKlass, main, till, lock, first, firstThread: threads[0]! });
  const monitor = tables.room(16);
  tables.fill(monitor, "ObjectMonitor", { _object: tables.word(till), _owner: 1 });
  tables.fill(threads[0]!, "JavaThread", { _current_pending_monitor: monitor });
  const lockStack = offsets.JavaThread._lock_stack;
  tables.ints(threads[1]! + lockStack, "LockStack", { _top: lockStack + 24 });
  tables.fill(threads[1]! + lockStack, "LockStack", { "_base[0]": till });
  tables.fill(threads[0]! + offsets.JavaThread._anchor, "JavaFrameAnchor", {
    _last_Java_sp: nativeSp,
    _last_Java_pc: addresses.wrapperCode,
    _last_Java_fp: compiledSp,
  });
  const list = tables.room(16);
  tables.ints(list, "ThreadsList", { _length: 2 });
  tables.fill(list, "ThreadsList", { _threads: tables.words(...threads) });
  tables.variable("ThreadsSMRSupport", "_java_thread_list", list);
  // Counters and texts for tools: the header, then entries of five words and their name and value.
  const perfAt = tables.room(512);
  let entryAt = perfAt + 32;
  const counters = [
    ["sun.os.hrt.frequency", 1000],
    ["sun.os.hrt.ticks", 3_725_000],
    ["sun.gc.lastCause", "System.gc()"],
  ] as const;
  for (const [name, value] of counters) {
    const dataAt = 20 + Math.ceil((name.length + 1) / 8) * 8 + 4;
    const bytes = dataAt + (typeof value === "number" ? 8 : 16);
    memory
      .int(entryAt, bytes)
      .int(entryAt + 4, 20)
      .int(entryAt + 8, typeof value === "number" ? 0 : 16);
    memory.int(entryAt + 16, dataAt).write(entryAt + 20, new TextEncoder().encode(name));
    if (typeof value === "number") memory.words(entryAt + dataAt, value);
    else memory.write(entryAt + dataAt, new TextEncoder().encode(value));
    entryAt += bytes;
  }
  memory
    .int(perfAt, 0xc0c0feca)
    .int(perfAt + 24, 32)
    .int(perfAt + 28, counters.length);
  tables.variable("PerfMemory", "_start", perfAt);
  tables.variable("PerfMemory", "_top", entryAt);
  const collected = tables.room(16);
  tables.ints(collected, "CollectedHeap", { _total_collections: 3 });
  tables.variable("Universe", "_collectedHeap", collected);
  tables.variable("Arguments", "_java_command", tables.text("com.acme.Shop --open"));
  tables.variable("Arguments", "_jvm_args_array", tables.words(tables.text("-Xmx1g"), tables.text("-ea")));
  tables.variable("Arguments", "_num_jvm_args", 2);
  tables.variable("ClassLoaderDataGraph", "_head", tables.words(klasses, 0));
  tables.variable("Abstract_VM_Version", "_s_vm_release", tables.text("25.0.1+8"));
  tables.variable("JVMFlag", "flags", tables.words(tables.text("UseSerialGC"), tables.word(1)));
  tables.variable("JVMFlag", "numFlags", 1);
  const libjvm = tables.libjvm(
    {
      ConstMethod: constMethodBytes,
      ConstantPool: 16,
      HeapBlock: 8,
      PcDesc: 16,
      JVMFlag: 16,
      InterpreterCodelet: 16,
      ImmutableOopMap: 12,
    },
    { "frame::entry_frame_call_wrapper_offset": 0xffff_fffa },
  );
  return {
    memory,
    libjvm,
    places: { mainCode: main.code, printMethod: print.at },
    registers: { sp: nativeSp, pc: addresses.wrapperCode + 0x20, fp: compiledSp },
  };
}
