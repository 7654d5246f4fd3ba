import { type ByteSource, readUpTo } from "../../base/byteSource";
import type { ProblemList } from "../../base/problems";
import { coreNote } from "../../formats/elf/constants";
import {
  type CoreDump,
  type CoreDumpThread,
  type CoreSegment,
  type ForeignSystem,
  readCoreDump,
} from "../../formats/elf/coreDump";
import { type ElfFile, wordAt } from "../../formats/elf/elfFile";
import type { ElfNote } from "../../formats/elf/notes";
import type { Architecture } from "../architecture";
import { auxiliary } from "../auxiliaryVector";
import { MemoryImage } from "../memoryImage";
import type { MemorySegment } from "../memorySegment";
import type { DumpProducer, ProcessSnapshot, RegisterBlock, ThreadSnapshot } from "../processSnapshot";
import { fatalSignalOf, writesCore } from "../signals";
import { protectionOf } from "./elfSegments";
import { refuseForeignMachine, refuseForeignSystem } from "./foreignProcesses";
import { type ElfMachine, machineOf } from "./machines/elfMachine";
import { listModules } from "./moduleList";

const readAsOnLinux = "locks, heaps, thread-local variables and why it died are read as on Linux, or missing";
const whatWasVerified: Readonly<Record<ForeignSystem, string>> = {
  NetBSD:
    "Of NetBSD only threads, registers and stacks (x86-64, aarch64) were verified, with six cores: " +
    `${readAsOnLinux}.`,
  FreeBSD:
    "Reading FreeBSD's cores was never tried on a real one: registers and notes (threads, names, signal, mapped files) " +
    `follow FreeBSD's headers, and ${readAsOnLinux}.`,
};

/**
 * Reads an ELF core as a process.
 * @param executable the user's program; only needed for cores that do not say what was mapped (qemu-user)
 * @throws ExhumeError `notADump`, or `unsupported` for a machine Exhume does not know
 */
export function readElfCore(
  source: ByteSource,
  problems: ProblemList,
  executable?: ElfFile,
): ProcessSnapshot {
  refuseForeignMachine(source);
  const dump = readCoreDump(source, problems);
  refuseForeignSystem(dump);
  const machine = machineOf(dump.header)!;
  const architecture = architectureIn(dump, machine);
  const segments = dump.segments.map(memorySegmentOf);
  const mappings = dump.fileMappings.map(({ flags, ...mapping }) =>
    flags === undefined ? mapping : { ...mapping, protection: protectionOf(flags) },
  );
  const memory = new MemoryImage(dump.source, segments, mappings, architecture);
  const producer = producerOf(dump);
  const signalNumber = dump.threads[0]?.signal || dump.signalInfo?.number || 0;
  const crashed = writesCore(signalNumber);
  const threads = dump.threads.map((thread, index) =>
    threadOf(dump, machine, thread, index, crashed && index === 0),
  );
  if (dump.system !== undefined) {
    const message = whatWasVerified[dump.system];
    problems.add({ code: "system-not-verified", message, losesData: false });
  }
  if (threads.length === 0) {
    problems.add({
      code: "no-threads",
      message: "The core has no readable thread: no registers, no stacks.",
      losesData: true,
    });
  }
  const namedPath = executablePathOf(dump, memory);
  const modules = listModules(memory, dump.auxiliaryVector, executable, namedPath);
  const executablePath = modules.find(({ kind }) => kind === "executable")?.path || namedPath;
  return {
    format: dump.system === undefined ? "ELF core" : `${dump.system} ELF core`,
    architecture,
    producer,
    threads,
    memory,
    executablePath,
    problems,
    auxiliaryVector: dump.auxiliaryVector,
    mappings,
    modules,
    ...(dump.process === undefined ? {} : { process: dump.process }),
    ...(dump.truncation === undefined ? {} : { truncation: dump.truncation }),
    ...(crashed ? { signal: fatalSignalOf(signalNumber, dump.signalInfo) } : {}),
  };
}

/** The machine with what this kernel made of it: NT_ARM_PAC_MASK has the bits of signatures, for data, then for code. */
function architectureIn(dump: CoreDump, { architecture }: ElfMachine): Architecture {
  if (architecture.codeAddressBits === undefined) return architecture;
  const isMask = ({ owner, type, bytes }: ElfNote) =>
    owner === "LINUX" && type === coreNote.armPacMask && bytes >= 16;
  const note = dump.threads[0]?.notes.find(isMask);
  if (note === undefined) return architecture;
  const bytes = readUpTo(dump.source, note.offset, 16);
  const mask = bytes.length < 16 ? 0n : wordAt(bytes, 8, dump.header);
  let codeAddressBits = 0;
  while (codeAddressBits < 64 && ((mask >> BigInt(codeAddressBits)) & 1n) === 0n) codeAddressBits++;
  // Linux has addresses of 36 to 52 bits; anything else is damage.
  return codeAddressBits < 36 || codeAddressBits > 52 ? architecture : { ...architecture, codeAddressBits };
}

function memorySegmentOf({ flags, ...stretch }: CoreSegment): MemorySegment {
  return { ...stretch, protection: protectionOf(flags) };
}

/** gdb marks its cores with a target description or a section table; qemu-user writes no mapped files. */
function producerOf(dump: CoreDump): DumpProducer {
  const fromGdb = [...dump.notes, ...dump.threads.flatMap(({ notes }) => notes)].some(
    ({ owner }) => owner === "GDB",
  );
  if (fromGdb) return "gdb";
  if (dump.system !== undefined) return "kernel";
  if (dump.threads.length === 0 && dump.notes.length === 0) return "unknown";
  return dump.fileMappings.length === 0 && dump.signalInfo === undefined ? "qemu" : "kernel";
}

function threadOf(
  dump: CoreDump,
  machine: ElfMachine,
  thread: CoreDumpThread,
  index: number,
  crashed: boolean,
): ThreadSnapshot {
  const { lwp, signal, registers: registerWords } = thread;
  const name = thread.name ?? (lwp === dump.process?.pid ? dump.process.name : undefined);
  const threadPointer = threadPointerOf(dump, machine, thread);
  const floatingPoint = floatingPointOf(thread);
  return {
    index,
    lwp,
    crashed,
    signal,
    registerWords,
    registers: registersOf(dump, machine, thread),
    ...(name === undefined ? {} : { name }),
    ...(threadPointer === undefined ? {} : { threadPointer }),
    otherRegisters: new Map(
      Object.entries(machine.otherWords).map(([name, at]) => [name, registerWords[at] ?? 0n] as const),
    ),
    registerBlock: (kind) => registerBlockOf(dump, thread, kind),
    ...(floatingPoint === undefined
      ? {}
      : {
          floatingPoint: () =>
            readUpTo(dump.source, floatingPoint.offset, Math.min(floatingPoint.bytes, 4096)),
        }),
  };
}

const blockNotes: Readonly<Record<Exclude<RegisterBlock, "signalInfo">, number>> = {
  xsave: coreNote.x86XState,
  xsaveLayout: coreNote.x86XStateLayout,
  fxsave: coreNote.prXFpReg,
  sve: coreNote.armSve,
};

/** The largest is the state of AMX: 11 KiB. */
const mostBlockBytes = 1 << 16;

function registerBlockOf(
  dump: CoreDump,
  { notes, signalInfoNote }: CoreDumpThread,
  kind: RegisterBlock,
): Uint8Array | undefined {
  const note =
    kind === "signalInfo"
      ? signalInfoNote
      : notes.find(({ owner, type }) => owner === "LINUX" && type === blockNotes[kind]);
  return note && readUpTo(dump.source, note.offset, Math.min(note.bytes, mostBlockBytes));
}

const noBytes = new Uint8Array();

function floatingPointOf({ notes }: CoreDumpThread): ElfNote | undefined {
  return notes.find(({ owner, type }) => owner === "CORE" && type === coreNote.fpRegSet);
}

function registersOf(
  dump: CoreDump,
  { architecture, statusIndex, floatingPoint }: ElfMachine,
  thread: CoreDumpThread,
): (bigint | undefined)[] {
  const words = thread.registers;
  const registers = statusIndex.map((at) => (at === undefined ? undefined : (words[at] ?? 0n)));
  const note = floatingPoint && floatingPointOf(thread);
  const bytes = note === undefined ? noBytes : readUpTo(dump.source, note.offset, Math.min(note.bytes, 4096));
  for (const [index, at] of floatingPoint?.offsets.entries() ?? [])
    if (at + 8 <= bytes.length)
      registers[floatingPoint!.first + index] = wordAt(bytes, at, { ...dump.header, bits: 64 });
  const { programCounter, codeAddressMask } = architecture;
  const counter = registers[programCounter];
  if (counter !== undefined && codeAddressMask !== undefined)
    registers[programCounter] = counter & codeAddressMask;
  return registers;
}

function threadPointerOf(
  dump: CoreDump,
  { threadPointerIndex }: ElfMachine,
  thread: CoreDumpThread,
): bigint | undefined {
  if (threadPointerIndex !== undefined) return thread.registers[threadPointerIndex];
  const tls = thread.notes.find(({ owner, type }) => owner === "LINUX" && type === coreNote.armTls);
  const bytes = dump.header.bits / 8;
  if (tls === undefined || tls.bytes < bytes) return undefined;
  return wordAt(readUpTo(dump.source, tls.offset, bytes), 0, dump.header);
}

function executablePathOf(dump: CoreDump, memory: MemoryImage): string {
  const entry = dump.auxiliaryVector.get(auxiliary.entry);
  const mapped = entry === undefined ? undefined : memory.mappingOf(entry);
  if (mapped !== undefined) return mapped.path.replace(/ \(deleted\)$/, "");
  const name = dump.auxiliaryVector.get(auxiliary.executableName);
  const text = name === undefined ? undefined : memory.text(name);
  return text || dump.process?.name || "";
}
