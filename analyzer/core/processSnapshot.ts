import { type ByteSource, readUpTo } from "../base/byteSource";
import { ExhumeError } from "../base/errors";
import type { ProblemList } from "../base/problems";
import { auxiliary, coreNote, machine } from "../formats/elf/constants";
import { type CoreDump, type CoreDumpThread, readCoreDump } from "../formats/elf/coreDump";
import type { FileMapping, ProcessInfo } from "../formats/elf/coreNotes";
import type { ElfFile } from "../formats/elf/elfFile";
import { wordAt } from "../formats/elf/elfFile";
import { type Architecture, architectureOf } from "./architecture";
import { listModules } from "./elf/moduleList";
import { MemoryImage } from "./memoryImage";
import type { CoreModule } from "./modules/processModule";
import { registersOfStatus } from "./registers";
import { type SignalFacts, signalFactsOf, writesCore } from "./signals";

/** One thread as the kernel left it. */
export interface CoreThread {
  readonly index: number;
  readonly lwp: number;
  /** The process name for the main thread; cores have no names of others. */
  readonly name?: string;
  readonly crashed: boolean;
  readonly signal: number;
  /** By DWARF number. */
  readonly registers: readonly bigint[];
  /** x86-64 fs_base, aarch64 tpidr_el0: where thread-local storage is. */
  readonly threadPointer?: bigint;
  /** The words of NT_PRSTATUS as they are, for registers without a DWARF number (flags, segments). */
  readonly statusWords: readonly bigint[];
  /** Floating-point and vector registers as the kernel wrote them: FXSAVE area or `user_fpsimd_state`. */
  readonly floatingPoint?: () => Uint8Array;
}

/** Who wrote the core, told by its notes. */
export type CoreProducer = "kernel" | "gdb" | "qemu";

/** A dead process: everything the core itself tells. Files are added later, see `modules/moduleFiles`. */
export interface CoreImage {
  readonly dump: CoreDump;
  readonly architecture: Architecture;
  readonly producer: CoreProducer;
  readonly process?: ProcessInfo;
  /** The crashing thread first. */
  readonly threads: readonly CoreThread[];
  /** Absent when the process was only looked at. */
  readonly signal?: SignalFacts;
  readonly auxiliaryVector: ReadonlyMap<number, bigint>;
  readonly mappings: readonly FileMapping[];
  readonly modules: readonly CoreModule[];
  readonly memory: MemoryImage;
  /** Path of the executable: AT_EXECFN, else the name the kernel kept. */
  readonly executablePath: string;
  readonly problems: ProblemList;
}

/**
 * Reads a core as a process image.
 * @param executable the user's program; only needed for cores that do not say what was mapped (qemu-user)
 * @throws ExhumeError `notADump`, or `unsupported` for a machine Exhume does not know
 */
export function readCoreImage(source: ByteSource, problems: ProblemList, executable?: ElfFile): CoreImage {
  const dump = readCoreDump(source, problems);
  const architecture = architectureOf(dump.header.machine);
  if (architecture === undefined) {
    throw new ExhumeError({
      code: "unsupported",
      file: source.name,
      what: `it is a core of machine number ${dump.header.machine}; x86-64, aarch64, i386 and arm are supported`,
    });
  }
  const memory = new MemoryImage(dump.source, dump.segments, dump.fileMappings, architecture.pointerBytes);
  const producer = producerOf(dump);
  const signalNumber = dump.threads[0]?.signal || dump.signalInfo?.number || 0;
  const crashed = writesCore(signalNumber);
  const threads = dump.threads.map((thread, index) =>
    threadOf(dump, architecture, thread, index, crashed && index === 0),
  );
  if (threads.length === 0) {
    problems.add({
      code: "no-threads",
      message: "The core has no readable thread: no registers, no stacks.",
      losesData: true,
    });
  }
  const executablePath = executablePathOf(dump, memory);
  return {
    dump,
    architecture,
    producer,
    threads,
    memory,
    executablePath,
    problems,
    auxiliaryVector: dump.auxiliaryVector,
    mappings: dump.fileMappings,
    modules: listModules(memory, dump.auxiliaryVector, executable, executablePath),
    ...(dump.process === undefined ? {} : { process: dump.process }),
    ...(crashed ? { signal: signalFactsOf(signalNumber, dump.signalInfo) } : {}),
  };
}

/** gdb marks its cores with a target description or a section table; qemu-user writes no mapped files. */
function producerOf(dump: CoreDump): CoreProducer {
  const fromGdb = [...dump.notes, ...dump.threads.flatMap(({ notes }) => notes)].some(
    ({ owner }) => owner === "GDB",
  );
  if (fromGdb) return "gdb";
  return dump.fileMappings.length === 0 && dump.signalInfo === undefined ? "qemu" : "kernel";
}

function threadOf(
  dump: CoreDump,
  architecture: Architecture,
  thread: CoreDumpThread,
  index: number,
  crashed: boolean,
): CoreThread {
  const { lwp, signal, registers: statusWords, notes } = thread;
  const isMain = lwp === dump.process?.pid;
  const threadPointer = threadPointerOf(dump, thread);
  const floatingPoint = notes.find(({ owner, type }) => owner === "CORE" && type === coreNote.fpRegSet);
  return {
    index,
    lwp,
    crashed,
    signal,
    statusWords,
    registers: registersOfStatus(architecture, statusWords),
    ...(isMain && dump.process !== undefined ? { name: dump.process.name } : {}),
    ...(threadPointer === undefined ? {} : { threadPointer }),
    ...(floatingPoint === undefined
      ? {}
      : {
          floatingPoint: () =>
            readUpTo(dump.source, floatingPoint.offset, Math.min(floatingPoint.bytes, 4096)),
        }),
  };
}

/** Position of fs_base in x86-64's `user_regs_struct`. */
const fsBaseIndex = 21;

function threadPointerOf(dump: CoreDump, thread: CoreDumpThread): bigint | undefined {
  if (dump.header.machine === machine.x86_64) return thread.registers[fsBaseIndex];
  const tls = thread.notes.find(({ owner, type }) => owner === "LINUX" && type === coreNote.armTls);
  if (tls === undefined || tls.bytes < 8) return undefined;
  return wordAt(readUpTo(dump.source, tls.offset, 8), 0, 64);
}

function executablePathOf(dump: CoreDump, memory: MemoryImage): string {
  const entry = dump.auxiliaryVector.get(auxiliary.entry);
  const mapped = entry === undefined ? undefined : memory.mappingOf(entry);
  if (mapped !== undefined) return mapped.path.replace(/ \(deleted\)$/, "");
  const name = dump.auxiliaryVector.get(auxiliary.executableName);
  const text = name === undefined ? undefined : memory.text(name);
  return text || dump.process?.name || "";
}
