import { readUpTo } from "../../base/byteSource";
import { machine, sectionFlag, sectionType } from "./constants";
import { type ElfFile, rawSection, sectionNamed } from "./elfFile";
import { type ElfHeader, type ElfSection, viewOf } from "./elfTables";
import { SymbolNames } from "./symbolNames";

/**
 * One `.symtab` or `.dynsym` (gABI "Symbol Table") as columns, undefined and file symbols left out. Values are
 * link-time addresses as numbers.
 */
export interface ElfSymbols {
  readonly count: number;
  readonly values: Float64Array;
  readonly sizes: Float64Array;
  /** `symbolType`. */
  readonly types: Uint8Array;
  /** 0 local, 1 global, 2 weak, 10 unique. */
  readonly bindings: Uint8Array;
  /** 1 when the symbol's section holds code. */
  readonly inCode: Uint8Array;
  /** Where the symbol's section ends; infinite where nothing tells. */
  readonly sectionEnds: Float64Array;
  readonly names: SymbolNames;
  /** Of 32-bit Arm: where code of one instruction set begins, as the marks and the functions say. */
  readonly codeMarks?: readonly CodeMark[];
}

export interface CodeMark {
  readonly address: number;
  readonly isThumb: boolean;
}

export const symbolType = {
  none: 0,
  object: 1,
  function: 2,
  section: 3,
  file: 4,
  tls: 6,
  indirect: 10,
} as const;

const maximumSymbols = 1 << 24;

/** The symbol tables of a file, the complete one first. */
export function symbolTablesOf(elf: ElfFile): ElfSymbols[] {
  return [sectionType.symbols, sectionType.dynamicSymbols].flatMap((type) =>
    elf.sections.filter((section) => section.type === type).flatMap((section) => columnsOf(elf, section)),
  );
}

function columnsOf(elf: ElfFile, section: ElfSection): ElfSymbols[] {
  const strings = elf.sections[section.link];
  if (strings === undefined || strings.type !== sectionType.strings) return [];
  const names = readUpTo(elf.source, strings.offset, strings.bytes);
  const bytes = readUpTo(elf.source, section.offset, section.bytes);
  const homes = elf.sections.map(
    (own): SymbolHome => ({
      holdsCode: (own.flags & sectionFlag.execute) !== 0,
      end: Number(own.address) + own.bytes,
    }),
  );
  const homeOf = (home: number): SymbolHome => homes[home] ?? unknownHome;
  return [elfSymbolsOf(bytes, names, elf.header, homeOf, functionDescriptors(elf))];
}

/** Reads `.opd` of the 64-bit PowerPC ELF ABI: what symbols of functions point to begins with the code's address. */
function functionDescriptors(elf: ElfFile): CodeAddress | undefined {
  const section = elf.header.machine === machine.ppc64 ? sectionNamed(elf, ".opd") : undefined;
  if (section === undefined) return undefined;
  const bytes = rawSection(elf, section);
  const view = viewOf(bytes);
  const start = Number(section.address);
  return (value) => {
    const at = value - start;
    return at >= 0 && at + 8 <= bytes.length ? number64(view, at, elf.header.littleEndian) : undefined;
  };
}

/** Where the code of a function is whose symbol has a value; undefined when it is there. */
type CodeAddress = (value: number) => number | undefined;

/** What a symbol needs to know of its section. */
interface SymbolHome {
  readonly holdsCode: boolean;
  readonly end: number;
}

export const unknownHome: SymbolHome = { holdsCode: false, end: Number.POSITIVE_INFINITY };

/** @param homeOf tells of a section by its index */
export function elfSymbolsOf(
  bytes: Uint8Array,
  names: Uint8Array,
  { bits, littleEndian, machine: number }: ElfHeader,
  homeOf: (section: number) => SymbolHome,
  codeAddressOf: CodeAddress = () => undefined,
): ElfSymbols {
  const wide = bits === 64;
  const entryBytes = wide ? 24 : 16;
  const available = Math.min(Math.floor(bytes.byteLength / entryBytes), maximumSymbols);
  const view = viewOf(bytes);
  const values = new Float64Array(available);
  const sizes = new Float64Array(available);
  const types = new Uint8Array(available);
  const bindings = new Uint8Array(available);
  const inCode = new Uint8Array(available);
  const sectionEnds = new Float64Array(available);
  const nameOffsets = new Uint32Array(available);
  const codeMarks: CodeMark[] = [];
  let count = 0;
  for (let i = 0; i < available; i++) {
    const at = i * entryBytes;
    const info = view.getUint8(at + (wide ? 4 : 12));
    const type = info & 0xf;
    const home = view.getUint16(at + (wide ? 6 : 14), littleEndian);
    if (home === 0 || type === symbolType.section || type === symbolType.file) continue;
    const nameOffset = view.getUint32(at, littleEndian);
    const value = wide ? number64(view, at + 8, littleEndian) : view.getUint32(at + 4, littleEndian);
    const kind = type === symbolType.none ? mappingKindOf(names, nameOffset) : undefined;
    if (number === machine.arm) {
      if (kind === thumbKind || kind === armKind)
        codeMarks.push({ address: value, isThumb: kind === thumbKind });
      else if (type === symbolType.function)
        codeMarks.push({ address: value - (value % 2), isThumb: value % 2 === 1 });
    }
    if (nameOffset === 0 || kind !== undefined) continue;
    values[count] = value;
    sizes[count] = wide ? number64(view, at + 16, littleEndian) : view.getUint32(at + 8, littleEndian);
    types[count] = type;
    bindings[count] = info >> 4;
    const { holdsCode, end } = homeOf(home);
    const code = type === symbolType.function ? codeAddressOf(values[count]!) : undefined;
    inCode[count] = holdsCode || code !== undefined ? 1 : 0;
    sectionEnds[count] = code === undefined ? end : unknownHome.end;
    if (code !== undefined) values[count] = code;
    // The lowest bit says that the function is Thumb.
    else if (number === machine.arm && type === symbolType.function) values[count]! -= values[count]! % 2;
    nameOffsets[count] = nameOffset;
    count++;
  }
  const ownNames = new SymbolNames(names, nameOffsets.subarray(0, count));
  return {
    ...{ count, values, sizes, types, bindings, inCode, sectionEnds, names: ownNames },
    ...(codeMarks.length > 0 ? { codeMarks } : {}),
  };
}

/** `$a`, `$t`, `$x`, `$d`: where instructions of a kind, or data among them, begin (ELF for the Arm Architecture, 5.5.5). */
function mappingKindOf(names: Uint8Array, at: number): number | undefined {
  const kind = names[at + 1] ?? 0;
  const follows = names[at + 2] ?? 0;
  // RISC-V names the instruction set behind the letter.
  const isMark = names[at] === 0x24 && (follows === 0 || follows === 0x2e || follows === 0x72);
  return isMark && mappingKinds.includes(kind) ? kind : undefined;
}

const armKind = 0x61;
const thumbKind = 0x74;
const mappingKinds = [armKind, 0x64, thumbKind, 0x78];

function number64(view: DataView, at: number, littleEndian: boolean): number {
  const low = view.getUint32(littleEndian ? at : at + 4, littleEndian);
  return low + view.getUint32(littleEndian ? at + 4 : at, littleEndian) * 0x1_0000_0000;
}
