/**
 * Builds ELF cores and ELF files byte by byte for tests: valid, many-segmented, truncated and hostile ones.
 * Little-endian and 64-bit unless said otherwise.
 */

export interface BuiltSegment {
  readonly address: bigint;
  readonly bytes: Uint8Array;
  /** p_memsz when it is more than the bytes. */
  readonly memoryBytes?: number;
  readonly flags?: number;
}

export interface BuiltNote {
  readonly owner: string;
  readonly type: number;
  readonly bytes: Uint8Array;
}

export interface CoreDraft {
  readonly bits?: 32 | 64;
  readonly machine?: number;
  /** Of the tables; contents of notes and memory are as they are given. */
  readonly littleEndian?: boolean;
  readonly notes?: readonly BuiltNote[];
  readonly segments?: readonly BuiltSegment[];
  /** Writes 0xffff and the real count into section 0, as the kernel does from 65 535 segments on. */
  readonly manyPrograms?: boolean;
}

const pageBytes = 4096;

/** Lays a core out the way the kernel does: header, program table, notes, then memory at page boundaries. */
export function buildCore(draft: CoreDraft): Uint8Array {
  const {
    bits = 64,
    machine = 62,
    notes = [],
    segments = [],
    manyPrograms = false,
    littleEndian = true,
  } = draft;
  const wide = bits === 64;
  const [headerBytes, entryBytes, sectionBytes] = wide ? [64, 56, 64] : [52, 32, 40];
  const noteBytes = joinNotes(notes, littleEndian);
  const programCount = segments.length + 1;
  const tableEnd = headerBytes + programCount * entryBytes;
  const notesAt = tableEnd;
  let at = roundUp(notesAt + noteBytes.length, pageBytes);
  const placed = segments.map((segment) => {
    const offset = at;
    at = roundUp(at + segment.bytes.length, pageBytes);
    return { ...segment, offset };
  });
  const sectionAt = at;
  const file = new Uint8Array(at + (manyPrograms ? sectionBytes : 0));
  const view = new DataView(file.buffer);
  const word = (offset: number, value: bigint | number) =>
    wide
      ? view.setBigUint64(offset, BigInt(value), littleEndian)
      : view.setUint32(offset, Number(value), littleEndian);
  file.set([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, littleEndian ? 1 : 2, 1]);
  view.setUint16(16, 4, littleEndian);
  view.setUint16(18, machine, littleEndian);
  view.setUint32(20, 1, littleEndian);
  const fields = wide ? 52 : 40;
  word(wide ? 32 : 28, headerBytes);
  word(wide ? 40 : 32, manyPrograms ? sectionAt : 0);
  view.setUint16(fields, headerBytes, littleEndian);
  view.setUint16(fields + 2, entryBytes, littleEndian);
  view.setUint16(fields + 4, manyPrograms ? 0xffff : programCount, littleEndian);
  view.setUint16(fields + 6, sectionBytes, littleEndian);
  view.setUint16(fields + 8, manyPrograms ? 1 : 0, littleEndian);
  if (manyPrograms) view.setUint32(sectionAt + (wide ? 44 : 28), programCount, littleEndian);
  const program = (
    index: number,
    type: number,
    flags: number,
    offset: number,
    address: bigint,
    size: number,
    memory: number,
  ) => {
    const entry = headerBytes + index * entryBytes;
    view.setUint32(entry, type, littleEndian);
    view.setUint32(entry + (wide ? 4 : 24), flags, littleEndian);
    word(entry + (wide ? 8 : 4), offset);
    word(entry + (wide ? 16 : 8), address);
    word(entry + (wide ? 32 : 16), size);
    word(entry + (wide ? 40 : 20), memory);
  };
  program(0, 4, 0, notesAt, 0n, noteBytes.length, 0);
  file.set(noteBytes, notesAt);
  placed.forEach(({ address, bytes, memoryBytes, flags = 6, offset }, index) => {
    program(index + 1, 1, flags, offset, address, bytes.length, memoryBytes ?? bytes.length);
    file.set(bytes, offset);
  });
  return file;
}

/** NT_PRSTATUS of an x86-64 thread: only lwp, signal, rip, rsp, rbp and fs_base are set. */
export function x86ThreadNote(thread: {
  readonly lwp: number;
  readonly signal?: number;
  readonly rip?: bigint;
  readonly rsp?: bigint;
  readonly rbp?: bigint;
  readonly fsBase?: bigint;
}): BuiltNote {
  const bytes = new Uint8Array(336);
  const view = new DataView(bytes.buffer);
  view.setInt16(12, thread.signal ?? 0, true);
  view.setInt32(32, thread.lwp, true);
  const register = (index: number, value = 0n) => view.setBigUint64(112 + 8 * index, value, true);
  register(4, thread.rbp);
  register(16, thread.rip);
  register(19, thread.rsp);
  register(21, thread.fsBase);
  return { owner: "CORE", type: 1, bytes };
}

/** NT_PRSTATUS of an aarch64 thread by the numbers of its registers; 31 is sp, 32 is pc. */
export function aarch64ThreadNote(lwp: number, registers: Readonly<Record<number, bigint>>): BuiltNote {
  const bytes = new Uint8Array(392);
  const view = new DataView(bytes.buffer);
  view.setInt32(32, lwp, true);
  for (const [number, value] of Object.entries(registers))
    view.setBigUint64(112 + 8 * Number(number), value, true);
  return { owner: "CORE", type: 1, bytes };
}

export function fileNote(
  mappings: readonly {
    readonly start: bigint;
    readonly end: bigint;
    readonly pages: number;
    readonly path: string;
  }[],
): BuiltNote {
  const names = new TextEncoder().encode(mappings.map(({ path }) => `${path}\0`).join(""));
  const bytes = new Uint8Array(16 + 24 * mappings.length + names.length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(mappings.length), true);
  view.setBigUint64(8, 4096n, true);
  mappings.forEach(({ start, end, pages }, index) => {
    view.setBigUint64(16 + 24 * index, start, true);
    view.setBigUint64(24 + 24 * index, end, true);
    view.setBigUint64(32 + 24 * index, BigInt(pages), true);
  });
  bytes.set(names, 16 + 24 * mappings.length);
  return { owner: "CORE", type: 0x46494c45, bytes };
}

export function signalNote(number: number, code: number, address: bigint): BuiltNote {
  const bytes = new Uint8Array(128);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, number, true);
  view.setInt32(8, code, true);
  view.setBigUint64(16, address, true);
  return { owner: "CORE", type: 0x53494749, bytes };
}

export function auxiliaryNote(entries: Readonly<Record<number, bigint>>): BuiltNote {
  const pairs = Object.entries(entries);
  const bytes = new Uint8Array(16 * (pairs.length + 1));
  const view = new DataView(bytes.buffer);
  pairs.forEach(([tag, value], index) => {
    view.setBigUint64(16 * index, BigInt(tag), true);
    view.setBigUint64(16 * index + 8, value, true);
  });
  return { owner: "CORE", type: 6, bytes };
}

function joinNotes(notes: readonly BuiltNote[], littleEndian: boolean): Uint8Array {
  const parts = notes.map(({ owner, type, bytes }) => {
    const ownerBytes = owner.length + 1;
    const note = new Uint8Array(12 + roundUp(ownerBytes, 4) + roundUp(bytes.length, 4));
    const view = new DataView(note.buffer);
    view.setUint32(0, ownerBytes, littleEndian);
    view.setUint32(4, bytes.length, littleEndian);
    view.setUint32(8, type, littleEndian);
    note.set(new TextEncoder().encode(owner), 12);
    note.set(bytes, 12 + roundUp(ownerBytes, 4));
    return note;
  });
  const joined = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
