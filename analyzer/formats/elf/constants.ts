/**
 * Numbers of the ELF format, from the System V gABI chapter 4 and 5, `elf.h` of Linux, and the psABI supplements.
 * Names are the gABI's with the prefix turned into the table's name.
 */

export const machine = {
  i386: 3,
  mips: 8,
  ppc: 20,
  ppc64: 21,
  s390: 22,
  arm: 40,
  x86_64: 62,
  aarch64: 183,
  riscv: 243,
} as const;

export const fileType = { relocatable: 1, executable: 2, shared: 3, core: 4 } as const;

/** `e_phnum` that says "the count is in the first section header's sh_info". */
export const manyPrograms = 0xffff;

export const segmentType = {
  load: 1,
  dynamic: 2,
  interpreter: 3,
  note: 4,
  programHeaders: 6,
  tls: 7,
  ehFrame: 0x6474e550,
  relocatedReadOnly: 0x6474e552,
  /** Of 32-bit Arm only. */
  armExceptionIndex: 0x70000001,
} as const;

export const segmentFlag = { execute: 1, write: 2, read: 4 } as const;

export const sectionType = {
  none: 0,
  programBits: 1,
  symbols: 2,
  strings: 3,
  relocations: 4,
  note: 7,
  noBits: 8,
  dynamicSymbols: 11,
} as const;

export const sectionFlag = { write: 1, alloc: 2, execute: 4, compressed: 0x800 } as const;

/** `ch_type` of a compressed section's header. */
export const compression = { zlib: 1, zstd: 2 } as const;

/** Note types with the owner `CORE` (and `LINUX` where said) in a core file, from `elf.h`. */
export const coreNote = {
  prStatus: 1,
  fpRegSet: 2,
  prPsInfo: 3,
  auxv: 6,
  sigInfo: 0x53494749,
  file: 0x46494c45,
  /** owner LINUX */
  x86XState: 0x202,
  /** owner LINUX: type, bytes, offset and flags of each part of the former */
  x86XStateLayout: 0x205,
  /** owner LINUX */
  prXFpReg: 0x46e62b7f,
  /** owner LINUX */
  armSve: 0x405,
  /** owner LINUX */
  armTls: 0x401,
  /** owner LINUX: pointer authentication masks, data then code */
  armPacMask: 0x406,
} as const;

/** Note types with the owner `GNU`. */
export const gnuNote = { buildId: 3 } as const;

export const dynamicTag = {
  end: 0,
  globalOffsets: 3,
  hash: 4,
  strings: 5,
  symbols: 6,
  stringBytes: 10,
  libraryPath: 15,
  debug: 21,
  runPath: 29,
  gnuHash: 0x6ffffef5,
} as const;
