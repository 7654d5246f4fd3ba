import { linuxSignalOf } from "./bsdSignals";
import { coreNote, machine } from "./constants";
import { auxiliaryVectorOf, type PrPsInfo, type PrStatus } from "./coreNotes";
import { textAt, wordAt } from "./elfFile";
import { type ElfHeader, viewOf } from "./elfTables";
import type { ElfNote } from "./notes";

/** What NetBSD's notes say, in Linux's terms. */
export interface NetbsdNotes {
  readonly threads: readonly (PrStatus & { readonly notes: readonly ElfNote[] })[];
  readonly process: PrPsInfo;
  readonly auxiliaryVector: Map<number, bigint>;
}

const owner = "NetBSD-CORE";
/** Notes of one thread have its number behind their owner. */
const ownerOfThread = /^NetBSD-CORE@(\d{1,9})$/;
/** Of the process (`sys/exec_elf.h`). */
const processNote = { information: 1, auxiliaryVector: 2 } as const;
/** `struct netbsd_elfcore_procinfo` */
const places = { signal: 8, pid: 80, parent: 84, name: 124, signalThread: 156, end: 160 } as const;
/** `AT_SUN_EXECNAME`, and what Linux has for it. */
const executableName = { netbsd: 2014, linux: 31 } as const;
/** What Linux says of a thread that is not in a system call. */
const inNoCall = -1n;

interface MachineNotes {
  /** `PT_GETREGS`, `PT_GETFPREGS` */
  readonly registers: number;
  readonly floatingPoint: number;
  /** Of `struct reg`. */
  readonly bytes: number;
  /** For each word of Linux's NT_PRSTATUS its place in `struct reg`; a value where that has none. */
  readonly order: readonly (number | bigint)[];
}

const machines: Readonly<Record<number, MachineNotes>> = {
  [machine.x86_64]: {
    registers: 33,
    floatingPoint: 35,
    bytes: 208,
    order: [
      ...[11, 10, 9, 8, 12, 13, 7, 6, 5, 4, 14, 3, 2, 1, 0],
      ...[inNoCall, 21, 22, 23, 24, 25, 0n, 0n, 18, 17, 16, 15],
    ],
  },
  [machine.aarch64]: {
    registers: 32,
    floatingPoint: 34,
    bytes: 280,
    order: Array.from({ length: 34 }, (_, at) => at),
  },
};

/**
 * The notes of a NetBSD core; the thread that got the signal comes first.
 * @returns undefined for those of other systems, of machines that were never tried, and for damaged ones
 */
export function netbsdNotesOf(
  notes: readonly ElfNote[],
  header: ElfHeader,
  bytesOf: (note: ElfNote) => Uint8Array,
): NetbsdNotes | undefined {
  const own = header.bits === 64 ? machines[header.machine] : undefined;
  const information = notes.find((note) => note.owner === owner && note.type === processNote.information);
  const bytes = information && bytesOf(information);
  if (own === undefined || bytes === undefined || bytes.length < places.end) return undefined;
  const view = viewOf(bytes);
  const int = (at: number) => view.getInt32(at, header.littleEndian);
  const signalled = int(places.signalThread);
  const signal = linuxSignalOf(int(places.signal));
  const threads = [...groupedByThread(notes)].flatMap(([lwp, ofThread]) => {
    const note = ofThread.find(({ type }) => type === own.registers);
    const registers = note && registersOf(bytesOf(note), own, header);
    if (registers === undefined) return [];
    const floatingPoint = ofThread
      .filter(({ type }) => type === own.floatingPoint)
      .map((each) => ({ ...each, owner: "CORE", type: coreNote.fpRegSet }));
    const isSignalled = signalled === 0 || signalled === lwp;
    return [{ lwp, signal: isSignalled ? signal : 0, registers, notes: floatingPoint }];
  });
  if (threads.length === 0) return undefined;
  const first = threads.findIndex(({ lwp }) => lwp === signalled);
  const vector = notes.find((note) => note.owner === owner && note.type === processNote.auxiliaryVector);
  const auxiliaryVector = vector === undefined ? new Map() : auxiliaryVectorOf(bytesOf(vector), header);
  const name = auxiliaryVector.get(executableName.netbsd);
  if (name !== undefined) auxiliaryVector.set(executableName.linux, name);
  return {
    threads: first <= 0 ? threads : [threads[first]!, ...threads.filter((_, index) => index !== first)],
    process: {
      pid: int(places.pid),
      parentPid: int(places.parent),
      name: textAt(bytes.subarray(places.name, places.name + 32), 0),
      commandLine: "",
    },
    auxiliaryVector,
  };
}

function groupedByThread(notes: readonly ElfNote[]): Map<number, ElfNote[]> {
  const byThread = new Map<number, ElfNote[]>();
  for (const note of notes) {
    const number = ownerOfThread.exec(note.owner)?.[1];
    if (number === undefined) continue;
    const known = byThread.get(Number(number));
    if (known === undefined) byThread.set(Number(number), [note]);
    else known.push(note);
  }
  return byThread;
}

function registersOf(
  bytes: Uint8Array,
  { order, bytes: least }: MachineNotes,
  header: ElfHeader,
): bigint[] | undefined {
  if (bytes.length < least) return undefined;
  return order.map((each) =>
    typeof each === "number" ? wordAt(bytes, 8 * each, header) : BigInt.asUintN(64, each),
  );
}
