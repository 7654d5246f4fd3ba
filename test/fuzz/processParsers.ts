import { BytesSource } from "../../analyzer/base/byteSource";
import { ProblemList } from "../../analyzer/base/problems";
import { redactionLevels } from "../../analyzer/base/secrets/redactionLevel";
import { unwatched } from "../../analyzer/base/work";
import { architectures } from "../../analyzer/core/architecture";
import { findGo } from "../../analyzer/core/go/findGo";
import { readGoHeap } from "../../analyzer/core/go/goHeap";
import type { GoHeap } from "../../analyzer/core/go/goMemory";
import { findGoRuntime } from "../../analyzer/core/go/goRuntime";
import { type HeapTypeInputs, typeGoHeap } from "../../analyzer/core/go/heapTypes/goHeapTypes";
import { frameReferences } from "../../analyzer/core/hotspot/frames/frameReferences";
import { javaCodeOf } from "../../analyzer/core/hotspot/frames/javaCode";
import { readHeapContents } from "../../analyzer/core/hotspot/heapContents";
import { makeVirtualHeapDump } from "../../analyzer/core/hotspot/heapDump/makeVirtualHeapDump";
import { openVirtualHeapDump } from "../../analyzer/core/hotspot/heapDump/virtualHeapDumpSource";
import { JavaObjects } from "../../analyzer/core/hotspot/javaObjects";
import { findJavaRuntime } from "../../analyzer/core/hotspot/javaRuntime";
import { readJavaVirtualMachine } from "../../analyzer/core/hotspot/javaVirtualMachine";
import { readNativeMemory } from "../../analyzer/core/hotspot/nativeMemory";
import { newFrameReader, newRootFrames } from "../../analyzer/core/hotspot/roots/frameRoots";
import { newFrozenReader } from "../../analyzer/core/hotspot/roots/frozenRoots";
import { isInSpans } from "../../analyzer/core/hotspot/roots/stackSpans";
import { FrozenStack } from "../../analyzer/core/hotspot/virtualThreads/frozenStack";
import { JavaLightThread } from "../../analyzer/core/hotspot/virtualThreads/javaLightThread";
import { waitingThreads } from "../../analyzer/core/hotspot/virtualThreads/waitingThreads";
import { VmFlags } from "../../analyzer/core/hotspot/vmFlags";
import { V8Runtime } from "../../analyzer/core/javascript/findV8";
import { V8Heap } from "../../analyzer/core/javascript/v8Heap";
import { readProcessSnapshot } from "../../analyzer/core/knownFormats";
import { LoadedProcess } from "../../analyzer/core/loadedProcess";
import { referrersOf } from "../../analyzer/core/malloc/blockReferrers";
import { walkMallocHeap } from "../../analyzer/core/malloc/mallocHeap";
import type { KeptStack } from "../../analyzer/core/managed/lightThread";
import type { ManagedValue } from "../../analyzer/core/managed/managedValue";
import { scanProcess } from "../../analyzer/core/privacy/scanProcess";
import { planProcessCopy, writeRedactedDump } from "../../analyzer/core/processCopies";
import type { ProcessSnapshot } from "../../analyzer/core/processSnapshot";
import { findPython } from "../../analyzer/core/python/findPython";
import { StackWalk } from "../../analyzer/core/unwind/stackWalk";
import { CoreView } from "../../analyzer/core/values/coreView";
import type { DwarfFile } from "../../analyzer/formats/dwarf/dwarfFile";
import { SectionStore } from "../../analyzer/session/core/unpackSection";
import { openSections } from "../build/dwarfBuilder";
import { auxiliaryNote, buildCore, fileNote, x86ThreadNote } from "../build/elfBuilder";
import { addresses, javaStackMemory } from "../build/javaStackMemory";
import { leaksIn } from "../build/leaksIn";
import { moduleAt } from "../build/processMemory";
import { virtualThreadMemory } from "../build/virtualThreadMemory";
import type { FuzzedParser } from "./fuzzedParser";
import { withOtherWords } from "./mutations";
import { goMemory, goModules, goStack, goTypedPlaces } from "./seeds/goMemory";
import { processorCached, threadCached } from "./seeds/googleTcmallocMemory";
import { debugSectionsIn, goDebugInfo } from "./seeds/goTypes";
import { collectorFlags, javaMemory } from "./seeds/javaMemory";
import { jemallocMemory, jemallocModules, jemallocStack } from "./seeds/jemallocMemory";
import { mallocMemory, mallocModules, mallocStack } from "./seeds/mallocMemory";
import { flatlyMapped, mapped, numbered, segmented } from "./seeds/mimallocMemory";
import { muslMemory, muslModules, muslStack } from "./seeds/muslMemory";
import { oldMusl } from "./seeds/oldMuslMemory";
import { madePythons, pythonModules } from "./seeds/pythonMemory";
import { scriptConstants, scriptFrame, scriptMemory, scriptRelease } from "./seeds/scriptMemory";
import { tcmallocMemory, tcmallocModules, tcmallocStack } from "./seeds/tcmallocMemory";
import { trackedHeap, trackedLibrary, trackedMemory } from "./seeds/trackedMemory";

/** As the JVM's reader calls them, in the order of {@link collectorFlags}. */
export const collectorNames = ["G1", "Serial", "Parallel", "ZGC", "Shenandoah"] as const;

const javaStack = javaStackMemory();
const virtualThreads = virtualThreadMemory();
const machines = collectorFlags.map(javaMemory);

/** The first byte chooses the collector, whose structures stand elsewhere; the rest is memory. */
function withCollector(index: number): Uint8Array {
  return Uint8Array.of(index, ...machines[index]!.memory.bytes());
}

/** What a JVM says of itself, and what is in its heap. */
export function readJvm(bytes: Uint8Array): unknown {
  const { memory, libjvm } = machines[(bytes[0] ?? 0) % machines.length]!;
  const process = memory.process(
    bytes.subarray(1),
    [moduleAt(0, "/bin/java", [0x40_0000, 0x40_1000]), libjvm],
    0,
  );
  const vm = readJavaVirtualMachine(process);
  if (vm === undefined || "lost" in vm) return vm;
  const { structs: _, flags: __, module: ___, ...facts } = vm;
  return { ...facts, contents: readHeapContents(process.memory, vm, unwatched) };
}

/** The heap as a heap dump: made, then read in pieces as passes read it, and again from places amid them. */
export function readHeapDumpOfJvm(bytes: Uint8Array): unknown {
  const { memory, libjvm } = machines[(bytes[0] ?? 0) % machines.length]!;
  const modules = [moduleAt(0, "/bin/java", [0x40_0000, 0x40_1000]), libjvm];
  const process = memory.process(bytes.subarray(1), modules, 0);
  const vm = readJavaVirtualMachine(process);
  if (vm === undefined || "lost" in vm) return vm;
  const core = new BytesSource("dump", bytes.subarray(1));
  const made = makeVirtualHeapDump(process, core, vm, unwatched);
  if (made === undefined) return made;
  const whole = openVirtualHeapDump(made.dump, core);
  const headers = openVirtualHeapDump(made.dump, core, "headers");
  const piece = new Uint8Array(5000);
  for (const source of [whole, headers])
    for (let at = 0; at < source.byteLength; at += piece.length) source.read(at, piece);
  for (let at = whole.byteLength; at > 0; at -= 777) whole.read(at, piece.subarray(0, 100));
  const { dump: _, ...facts } = made;
  return facts;
}

/** The account of a heap, and what of it nothing points at. */
export function readMalloc(bytes: Uint8Array): unknown {
  return readHeap(mallocMemory.process(bytes, mallocModules, mallocStack));
}

export function readJemalloc(bytes: Uint8Array): unknown {
  return readHeap(jemallocMemory.process(bytes, jemallocModules, jemallocStack));
}

export function readMusl(bytes: Uint8Array): unknown {
  return readHeap(muslMemory.process(bytes, muslModules, muslStack));
}

export function readTcmalloc(bytes: Uint8Array): unknown {
  return readHeap(tcmallocMemory.process(bytes, tcmallocModules, tcmallocStack));
}

/** Of Google's tcmalloc, with caches of processors. */
export function readProcessorCaches(bytes: Uint8Array): unknown {
  return readHeap(processorCached.memory.process(bytes, processorCached.modules, processorCached.stack));
}

/** Of Google's tcmalloc, with caches of threads. */
export function readThreadCaches(bytes: Uint8Array): unknown {
  return readHeap(threadCached.memory.process(bytes, threadCached.modules, threadCached.stack));
}

/** Of musl's malloc before mallocng. */
export function readOldMusl(bytes: Uint8Array): unknown {
  return readHeap(oldMusl.memory.process(bytes, oldMusl.modules, oldMusl.stack));
}

/** Of mimalloc 1. */
export function readNumberedPages(bytes: Uint8Array): unknown {
  return readHeap(numbered.memory.process(bytes, numbered.modules, numbered.stack));
}

/** Of mimalloc 2. */
export function readSegments(bytes: Uint8Array): unknown {
  return readHeap(segmented.memory.process(bytes, segmented.modules, segmented.stack));
}

/** Of mimalloc 3. */
export function readMappedPages(bytes: Uint8Array): unknown {
  return readHeap(mapped.memory.process(bytes, mapped.modules, mapped.stack));
}

/** Of mimalloc 3 in a 32-bit program. */
export function readFlatMap(bytes: Uint8Array): unknown {
  const { memory, modules, stack } = flatlyMapped;
  return readHeap(memory.process(bytes, modules, stack, architectures.i386));
}

function readHeap(process: ProcessSnapshot): unknown {
  const problems = new ProblemList();
  const never = () => false;
  const heap = walkMallocHeap(process, never, never, problems, unwatched);
  const { blocks, ...account } = heap;
  const start = blocks.count === 0 ? 0 : blocks.startOf(0);
  const referrers = referrersOf(process, start, start + 4096, unwatched).length;
  return {
    ...account,
    blocks: blocks.count,
    referrers,
    leaks: leaksIn(process, heap),
  };
}

/** A core with text in its stacks, heap, registers and notes. */
function secretiveCore(): Uint8Array {
  const stack = 0x7ffd_0000_0000n;
  const heap = new Uint8Array(4096);
  heap.set(Buffer.from("password=Hunter2secret\0"), 0x40);
  heap.set(Buffer.from('"apiKey":"Wide88Key"', "utf16le"), 0x201);
  const words = new BigUint64Array(512);
  words.set([stack + 0x140n, 0x40_1234n, 0n, 0x60_0040n, 0x0074_6572_6365_7321n], 0x100 / 8);
  return buildCore({
    notes: [
      x86ThreadNote({ lwp: 7, signal: 11, rip: 0x40_1300n, rsp: stack + 0xe0n, rbp: stack + 0x100n }),
      auxiliaryNote({ 6: 4096n, 9: 0x40_1000n }),
      fileNote([{ start: 0x40_1000n, end: 0x40_2000n, pages: 1, path: "/srv/customer-4711/till" }]),
    ],
    segments: [
      { address: 0x40_1000n, bytes: new Uint8Array(4096).fill(0x90), flags: 5 },
      { address: 0x60_0000n, bytes: heap, flags: 6 },
      { address: stack, bytes: new Uint8Array(words.buffer), flags: 6 },
    ],
  });
}

/** A copy of one level, chosen by the length, and what a search for secrets finds in the core. */
function redactCore(bytes: Uint8Array): unknown {
  const source = new BytesSource("fuzzed", bytes);
  const image = readProcessSnapshot(source, new ProblemList());
  const level = redactionLevels[bytes.length % redactionLevels.length]!;
  const plan = planProcessCopy(image, level, () => false, unwatched);
  const copy = new Uint8Array(bytes.length);
  const write = (position: number, piece: Uint8Array) => {
    // Throws where a piece does not fit into a copy of the same length.
    copy.set(piece, position);
  };
  const { constants, names } = writeRedactedDump(source, plan, write, unwatched);
  const { findings } = scanProcess(image, () => () => ({ holder: "memory" }), unwatched);
  return [constants, [...names], findings.length];
}

/** A process whose only thread stands in Java, where its registers say. */
function standingIn(
  image: ProcessSnapshot,
  { sp, pc, fp }: { readonly sp: number; readonly pc: number; readonly fp: number },
): { readonly process: LoadedProcess; readonly stack: StackWalk } {
  const { architecture } = image;
  const inputs = {
    architecture,
    memory: image.memory,
    moduleAt: () => undefined,
    generatedCode: () => javaCodeOf(image),
  };
  const throwIfCancelled = () => undefined;
  const all = [...image.threads[0]!.registers];
  all[architecture.stackPointer] = BigInt(sp);
  all[architecture.programCounter] = BigInt(pc);
  all[architecture.framePointer] = BigInt(fp);
  const stack = new StackWalk(all, inputs, { mostFrames: 10_000, throwIfCancelled });
  const process = {
    image,
    modules: [],
    throwIfCancelled,
    stackOf: ({ keptStack }: KeptStack) => keptStack?.() ?? stack,
  } as unknown as LoadedProcess;
  return { process, stack };
}

function javaProcessOf({ memory, libjvm, registers }: typeof javaStack, bytes: Uint8Array): ProcessSnapshot {
  const modules = [moduleAt(0, "/bin/java", [0x40_0000, 0x40_1000]), libjvm];
  return memory.process(bytes, modules, registers.sp);
}

/** Stacks of a thread of Java, from native code and from a stub, and what it says of itself. */
export function readJavaStack(bytes: Uint8Array): unknown {
  const { registers } = javaStack;
  const image = javaProcessOf(javaStack, bytes);
  return [registers, { ...registers, pc: addresses.stubCode + 4 }].map((place) => {
    const { process, stack } = standingIn(image, place);
    const runtime = findJavaRuntime({ process, symbolize: () => [], problems: new ProblemList() });
    const told = [7, 8].map((lwp) => runtime?.threadOf({ ...image.threads[0]!, lwp }));
    const variables = told.flatMap((thread) =>
      (thread?.places ?? []).flatMap(({ frames }) =>
        frames.flatMap((frame) =>
          [frame.variables, frame.globals, frame.threadLocals, frame.thread].map((list) =>
            (list?.() ?? []).slice(0, 100).map(({ value }) => [value.text, value.parts?.page(0, 3)]),
          ),
        ),
      ),
    );
    const noted = javaCodeOf(image)?.notedAbove(BigInt(place.sp));
    return [
      stack.count(),
      stack.stopped,
      told,
      noted?.frameAddress,
      runtime?.facts?.(),
      variables,
      referencesIn(image, stack),
    ];
  });
}

/** Threads that the JVM schedules itself, with what each waits for and its stack; and what a heap dump has of them. */
export function readVirtualThreads(bytes: Uint8Array): unknown {
  const image = javaProcessOf(virtualThreads, bytes);
  const { process } = standingIn(image, virtualThreads.registers);
  const problems = new ProblemList();
  const runtime = findJavaRuntime({ process, symbolize: () => [], problems });
  const light = (runtime?.lightThreads ?? [])
    .slice(0, 100)
    .filter((thread) => thread instanceof JavaLightThread);
  const code = javaCodeOf(image);
  const objects = code && JavaObjects.of(code.structs, new VmFlags(code.structs));
  const waiting =
    objects === undefined
      ? []
      : waitingThreads(
          objects,
          code,
          light.map(({ object }) => object),
        );
  return {
    problems: problems.toArray(),
    carrier: runtime?.threadOf(image.threads[0]!)?.runs,
    threads: light.map((thread) => {
      const { title, state, isInCall, runsOn, registers } = thread;
      const wait = thread.wait();
      const stack = thread.keptStack();
      const places = runtime!.threadOf(thread)?.places ?? [];
      return {
        title,
        state,
        isInCall,
        ...(runsOn !== undefined && { runsOn }),
        ...(wait !== undefined && { wait: [wait.told, wait.owner] }),
        functions: places.flatMap(({ frames }) => frames.slice(0, 10).map((frame) => frame.function)),
        stack: [stack.count(), stack.stopped, registers.length],
      };
    }),
    waiting: [...waiting].map(({ words, stack }) => [words().length, stack?.count()]),
  };
}

function referencesIn(image: ProcessSnapshot, stack: StackWalk): unknown {
  const code = javaCodeOf(image);
  const objects = code && JavaObjects.of(code.structs, new VmFlags(code.structs));
  if (code === undefined || objects === undefined) return undefined;
  const [innermost] = stack.slice(0, 1);
  if (innermost === undefined) return undefined;
  const top = Number(innermost.registers[code.architecture.stackPointer]);
  const read = newFrameReader(code, objects, unwatched);
  const { held, maybeHeld, untold } = read(stack, { end: top + 0x4000, hasHandles: true, isAtRest: true });
  // As if a virtual thread had kept the same words.
  const chunk = { start: top, top, bottom: top + 0x2000, end: top + 0x2000, pc: Number(innermost.pc) };
  const kept = new FrozenStack(code, [chunk]);
  const ofFrozen: number[] = [];
  const add = (object: number) => ofFrozen.push(object);
  const frozen = newFrozenReader(
    code,
    objects,
    newRootFrames(code),
    unwatched,
  )(kept, { exactly: add, maybe: add });
  const references = stack.slice(0, 100).map((frame) => {
    const { pc, registers, index } = frame;
    const found = code.frameAt({ pc, registers, isExact: index === 0 });
    return found && frameReferences(code, objects, frame, found);
  });
  return [
    references,
    held,
    maybeHeld,
    untold,
    isInSpans(untold, top + 0x100),
    ofFrozen,
    frozen.frames,
    frozen.isTold,
  ];
}

/** What native memory tracking counted. */
export function readTrackedMemory(bytes: Uint8Array): unknown {
  const process = trackedMemory.process(bytes, [trackedLibrary], 0);
  return readNativeMemory(process, trackedLibrary, trackedHeap, 17);
}

/** The first byte chooses the release, whose structures stand elsewhere; the rest is memory. */
function withRelease(index: number): Uint8Array {
  return Uint8Array.of(index, ...madePythons[index]!.python.memory.bytes());
}

/** Python's thread, its frames and all that their variables lead to, some steps far. */
export function readPython(bytes: Uint8Array): unknown {
  const { python, stack } = madePythons[(bytes[0] ?? 0) % madePythons.length]!;
  const image = python.memory.process(bytes.subarray(1), pythonModules, stack);
  const threads = image.threads.map((thread) => ({ ...thread, threadPointer: 0x7000n }));
  const matches = image.modules.map(() => ({
    status: "missing" as const,
    verification: "none" as const,
    candidates: [],
    tried: [],
  }));
  const process = new LoadedProcess({ ...image, threads }, matches, () => ({}), new SectionStore());
  const runtime = findPython({ process, symbolize: () => [], problems: new ProblemList() });
  const told = runtime?.threadOf(threads[0]!);
  if (told === undefined) return undefined;
  const frames = [...told.places.flatMap((place) => place.frames), ...told.beyond];
  return {
    title: runtime!.title,
    notes: told.notes,
    frames: frames.slice(0, 100).map(({ function: name, file, line, variables }) => ({
      name,
      file,
      line,
      variables: variables!()
        .slice(0, 100)
        .map((variable) => [variable.name, partsWithin(variable.value, 3)]),
    })),
  };
}

/** The calls of a thread in a program with V8. */
export function readScriptStack(bytes: Uint8Array): unknown {
  const image = scriptMemory.process(bytes, [], scriptFrame - 0x100);
  const [thread] = image.threads;
  const registers = thread!.registers.map((value, number) => (number === 6 ? BigInt(scriptFrame) : value));
  const threads = [{ ...thread!, registers }];
  const process = new LoadedProcess({ ...image, threads }, [], () => ({}), new SectionStore());
  const runtime = new V8Runtime(process, new V8Heap(image.memory, scriptConstants), {
    release: scriptRelease,
  });
  const told = runtime.threadOf(threads[0]!);
  const frames = [...(told?.places.flatMap((place) => place.frames) ?? []), ...(told?.beyond ?? [])];
  return frames
    .slice(0, 100)
    .map(({ function: name, file, line, column, caution }) => [name, file, line, column, caution]);
}

/** Goroutines with what they wait on and their stacks, the heap by spans and what its objects are. */
export function readGo(bytes: Uint8Array, debug?: DwarfFile): unknown {
  const image = goMemory.process(bytes, goModules, goStack);
  const missing = { status: "missing", verification: "none", candidates: [], tried: [] } as const;
  const process = new LoadedProcess(image, [missing], () => ({}), new SectionStore());
  const problems = new ProblemList();
  const runtime = findGoRuntime(process, problems);
  const found = findGo({ process, symbolize: () => [], problems });
  if (runtime === undefined || found === undefined) return problems.toArray();
  const memory = readGoHeap(runtime, image, problems, unwatched);
  const threads = found.lightThreads!.slice(0, 100);
  const view = new CoreView(process, () => debug);
  return {
    title: found.title,
    problems: problems.toArray(),
    goroutines: threads.map((thread) => ({
      title: thread.title,
      state: thread.state,
      waits: thread.waits()?.words,
      isSystem: thread.isSystem,
      runsOn: thread.runsOn,
      functions: process
        .stackOf(thread)
        .slice(0, 32)
        .flatMap(
          ({ module, lookupAddress }) => module?.go?.lines.placesAt(module.relative(lookupAddress)) ?? [],
        )
        .map(({ function: name, file, line }) => `${name} ${file}:${line}`),
    })),
    heap: memory && { gc: memory.gc, account: { ...memory.account, blocks: memory.account.blocks.count } },
    types: memory && typesIn(memory, { runtime, view, threads }),
  };
}

function typesIn(
  { account: { blocks }, spans }: GoHeap,
  inputs: Pick<HeapTypeInputs, "runtime" | "view" | "threads">,
): (string | undefined)[] {
  const types = typeGoHeap({ ...inputs, blocks, spans, work: unwatched });
  return Array.from({ length: Math.min(1000, blocks.count) }, (_, block) => types.nameOf(block));
}

const wholeGo = goMemory.bytes();

/** The debug information of a program with Go, over a heap that is whole. */
export function readGoDebugInfo(bytes: Uint8Array): unknown {
  return readGo(wholeGo, openSections(debugSectionsIn(bytes)));
}

function partsWithin({ text, parts }: ManagedValue, depth: number): unknown {
  if (parts === undefined || depth === 0) return text;
  return [text, ...parts.page(0, 20).map((part) => [part.name, partsWithin(part.value, depth - 1)])];
}

/** Readers of structures in the memory of a process. */
export const processParsers: Readonly<Record<string, FuzzedParser>> = {
  jvm: { seeds: machines.map((_, index) => withCollector(index)), mutate: withOtherWords, read: readJvm },
  jvmHeapDump: {
    seeds: machines.map((_, index) => withCollector(index)),
    mutate: withOtherWords,
    read: readHeapDumpOfJvm,
  },
  malloc: { seeds: [mallocMemory.bytes()], mutate: withOtherWords, read: readMalloc },
  virtualThreads: {
    seeds: [virtualThreads.memory.bytes()],
    mutate: withOtherWords,
    read: readVirtualThreads,
  },
  javaStack: { seeds: [javaStack.memory.bytes()], mutate: withOtherWords, read: readJavaStack },
  jemalloc: { seeds: [jemallocMemory.bytes()], mutate: withOtherWords, read: readJemalloc },
  tcmalloc: { seeds: [tcmallocMemory.bytes()], mutate: withOtherWords, read: readTcmalloc },
  processorCaches: {
    seeds: [processorCached.memory.bytes()],
    mutate: withOtherWords,
    read: readProcessorCaches,
  },
  threadCaches: { seeds: [threadCached.memory.bytes()], mutate: withOtherWords, read: readThreadCaches },
  mimalloc1: { seeds: [numbered.memory.bytes()], mutate: withOtherWords, read: readNumberedPages },
  oldMusl: { seeds: [oldMusl.memory.bytes()], mutate: withOtherWords, read: readOldMusl },
  mimalloc2: { seeds: [segmented.memory.bytes()], mutate: withOtherWords, read: readSegments },
  mimalloc3: { seeds: [mapped.memory.bytes()], mutate: withOtherWords, read: readMappedPages },
  mimalloc32: { seeds: [flatlyMapped.memory.bytes()], mutate: withOtherWords, read: readFlatMap },
  musl: { seeds: [muslMemory.bytes()], mutate: withOtherWords, read: readMusl },
  python: {
    seeds: madePythons.map((_, index) => withRelease(index)),
    mutate: withOtherWords,
    read: readPython,
  },
  scriptStack: { seeds: [scriptMemory.bytes()], mutate: withOtherWords, read: readScriptStack },
  goDebugInfo: { seeds: [goDebugInfo(goTypedPlaces)], mutate: withOtherWords, read: readGoDebugInfo },
  goRuntime: { seeds: [wholeGo], mutate: withOtherWords, read: (bytes) => readGo(bytes) },
  nativeMemory: { seeds: [trackedMemory.bytes()], mutate: withOtherWords, read: readTrackedMemory },
  coreCopies: { seeds: [secretiveCore()], mutate: withOtherWords, read: redactCore },
};
