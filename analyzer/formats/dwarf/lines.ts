import { countAtMost } from "../../base/halving";
import { Form, LineContent, LineOp } from "./constants";
import { type DataReader, stringAt } from "./dataReader";
import type { Sections } from "./sections";

/** A row of the line table: from its address up to the next row's, code comes from this place. */
export interface LineRow {
  readonly address: number;
  /** Index into {@link LineTable.files}. */
  readonly file: number;
  /** From 1; 0 means the compiler says there is none. */
  readonly line: number;
  /** From 1; 0 means the whole line. */
  readonly column: number;
}

/** The line table of one unit as columns, sorted by address. */
export interface LineTable {
  /** Paths by the file numbers that rows and call sites use, joined with their folders; "" where a number is unused. */
  readonly files: readonly string[];
  /** MD5 of a file's text as it was compiled, 32 hexadecimal digits, by the same numbers; DWARF 5 only, if at all. */
  readonly checksums: readonly (string | undefined)[];
  readonly addresses: Float64Array;
  readonly fileNumbers: Uint32Array;
  readonly lines: Uint32Array;
  readonly columns: Uint16Array;
  /** 1: row ends a sequence, 2: row is a recommended breakpoint location. */
  readonly flags: Uint8Array;
}

const endsSequence = 1;
const isStatement = 2;

/** More rows than any real unit has (the largest seen have a few million). */
const mostRows = 1 << 25;

export interface LineProgramPlace {
  readonly offset: number;
  readonly addressSize: number;
  /** The folder the compiler ran in: what relative folders start from. */
  readonly compDir: string;
  /** The unit's own name, which versions before 5 leave out of the file list. */
  readonly unitName: string;
}

/** Runs the line number program at an offset of `.debug_line`. DWARF 5, section 6.2. @throws DwarfDamage */
export function readLineTable(sections: Sections, place: LineProgramPlace): LineTable {
  const reader = sections.reader(".debug_line", place.offset);
  let length = reader.u32();
  const is64 = length === 0xffff_ffff;
  if (is64) length = reader.u64AsNumber();
  const program = reader.slice(reader.position, Math.min(reader.position + length, reader.end));
  const version = program.u16();
  if (version < 2 || version > 5) program.fail(`has a line program of the unknown version ${version}`);
  let { addressSize } = place;
  if (version >= 5) {
    addressSize = program.u8();
    program.u8();
  }
  const headerLength = program.offset(is64);
  const start = program.position + headerLength;
  const header = {
    minimumInstruction: program.u8(),
    maximumOperations: version >= 4 ? program.u8() : 1,
    defaultIsStatement: program.u8() !== 0,
    lineBase: program.i8(),
    lineRange: program.u8(),
    opcodeBase: program.u8(),
  };
  if (header.lineRange === 0) program.fail("has a line range of 0");
  const operandCounts = [0];
  for (let opcode = 1; opcode < header.opcodeBase; opcode++) operandCounts.push(program.u8());
  const files =
    version >= 5
      ? readFiles(program, sections, is64, place.compDir)
      : readOldFiles(program, place).map((path) => ({ path }));
  const code = program.slice(start, program.end);
  return runProgram(code, { ...header, operandCounts, addressSize }, files);
}

/** A file of a line table. */
interface SourceFile {
  readonly path: string;
  readonly md5?: string;
}

function readFiles(reader: DataReader, sections: Sections, is64: boolean, compDir: string): SourceFile[] {
  const folders = readPaths(reader, sections, is64).map(({ path }) => path);
  const first = joinPath(compDir, folders[0] ?? "");
  return readPaths(reader, sections, is64).map(({ path, folder, md5 }) => ({
    path: joinPath(folder === 0 ? first : joinPath(first, folders[folder] ?? ""), path),
    ...(md5 === undefined ? {} : { md5 }),
  }));
}

/** A version 5 list of folders or files, which says itself how its entries are written. */
function readPaths(
  reader: DataReader,
  sections: Sections,
  is64: boolean,
): { path: string; folder: number; md5?: string }[] {
  const formats: { content: number; form: number }[] = [];
  for (let left = reader.u8(); left > 0; left--)
    formats.push({ content: reader.uleb(), form: reader.uleb() });
  const count = reader.uleb();
  if (count > 0 && formats.length === 0) reader.fail(`has ${count} files without a format`);
  const paths: { path: string; folder: number; md5?: string }[] = [];
  for (let index = 0; index < count; index++) {
    if (reader.isAtEnd) reader.fail(`claims ${count} files, has ${index}`);
    let path = "";
    let folder = 0;
    let md5: string | undefined;
    for (const { content, form } of formats) {
      const value = readPathForm(reader, form, sections, is64);
      if (content === LineContent.path) path = String(value);
      else if (content === LineContent.directoryIndex) folder = Number(value);
      // Zeros stand for a file whose checksum the compiler did not make.
      else if (content === LineContent.md5 && form === Form.data16 && !/^0+$/.test(String(value)))
        md5 = String(value);
    }
    paths.push({ path, folder, ...(md5 === undefined ? {} : { md5 }) });
  }
  return paths;
}

function readPathForm(reader: DataReader, form: number, sections: Sections, is64: boolean): string | number {
  switch (form) {
    case Form.string:
      return reader.string();
    case Form.lineStrp:
      return stringAt(sections.find(".debug_line_str"), ".debug_line_str", reader.offset(is64));
    case Form.strp:
      return stringAt(sections.find(".debug_str"), ".debug_str", reader.offset(is64));
    case Form.data1:
      return reader.u8();
    case Form.data2:
      return reader.u16();
    case Form.data4:
      return reader.u32();
    case Form.data8:
      return reader.u64AsNumber();
    case Form.udata:
      return reader.uleb();
    case Form.data16:
      return Array.from({ length: 16 }, () => reader.u8().toString(16).padStart(2, "0")).join("");
    case Form.block:
      reader.take(reader.uleb());
      return 0;
    default:
      return reader.fail(`has a file list in the unknown form 0x${form.toString(16)}`);
  }
}

function readOldFiles(reader: DataReader, { compDir, unitName }: LineProgramPlace): string[] {
  const folders = [compDir];
  for (let folder = reader.string(); folder !== ""; folder = reader.string())
    folders.push(joinPath(compDir, folder));
  const files = [joinPath(compDir, unitName)];
  for (let file = reader.string(); file !== ""; file = reader.string()) {
    const folder = reader.uleb();
    reader.skipLeb();
    reader.skipLeb();
    files.push(joinPath(folders[folder] ?? "", file));
  }
  return files;
}

/** Joins with `/`; a path that starts at a root stands alone. */
function joinPath(folder: string, path: string): string {
  if (folder === "" || path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path)) return path;
  if (path === "") return folder;
  return folder.endsWith("/") ? folder + path : `${folder}/${path}`;
}

interface ProgramHeader {
  readonly minimumInstruction: number;
  readonly maximumOperations: number;
  readonly defaultIsStatement: boolean;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  readonly operandCounts: readonly number[];
  readonly addressSize: number;
}

function runProgram(reader: DataReader, header: ProgramHeader, files: SourceFile[]): LineTable {
  const { minimumInstruction, lineBase, lineRange, opcodeBase } = header;
  const rows = new RowColumns();
  let address = 0;
  let file = 1;
  let line = 1;
  let column = 0;
  let statement = header.defaultIsStatement;
  const reset = () => {
    address = 0;
    file = 1;
    line = 1;
    column = 0;
    statement = header.defaultIsStatement;
  };
  const emit = (ends: boolean) => {
    if (rows.count >= mostRows) reader.fail(`has more than ${mostRows} rows`);
    rows.push(address, file, line, column, (ends ? endsSequence : 0) + (statement ? isStatement : 0));
  };
  while (!reader.isAtEnd) {
    const opcode = reader.u8();
    if (opcode >= opcodeBase) {
      const adjusted = opcode - opcodeBase;
      address += Math.floor(adjusted / lineRange) * minimumInstruction;
      line += lineBase + (adjusted % lineRange);
      emit(false);
      continue;
    }
    switch (opcode) {
      case LineOp.extended: {
        const length = reader.uleb();
        const next = reader.take(length) + length;
        const operand = reader.slice(next - length, next);
        const extended = length > 0 ? operand.u8() : 0;
        if (extended === LineOp.extEndSequence) {
          emit(true);
          reset();
        } else if (extended === LineOp.extSetAddress) {
          address = operand.addressAsNumber(length - 1);
        } else if (extended === LineOp.extDefineFile) {
          files.push({ path: operand.string() });
        }
        break;
      }
      case LineOp.copy:
        emit(false);
        break;
      case LineOp.advancePc:
        address += reader.uleb() * minimumInstruction;
        break;
      case LineOp.advanceLine:
        line += reader.sleb();
        break;
      case LineOp.setFile:
        file = reader.uleb();
        break;
      case LineOp.setColumn:
        column = reader.uleb();
        break;
      case LineOp.negateStatement:
        statement = !statement;
        break;
      case LineOp.setBasicBlock:
      case LineOp.setPrologueEnd:
      case LineOp.setEpilogueBegin:
        break;
      case LineOp.constAddPc:
        address += Math.floor((255 - opcodeBase) / lineRange) * minimumInstruction;
        break;
      case LineOp.fixedAdvancePc:
        address += reader.u16();
        break;
      default:
        for (let left = header.operandCounts[opcode] ?? 0; left > 0; left--) reader.skipLeb();
    }
  }
  return rows.toTable(files);
}

/** Rows as they come, in arrays that double. */
class RowColumns {
  count = 0;
  private addresses = new Float64Array(256);
  private fileNumbers = new Uint32Array(256);
  private lines = new Uint32Array(256);
  private columns = new Uint16Array(256);
  private flags = new Uint8Array(256);

  push(address: number, file: number, line: number, column: number, flags: number): void {
    if (this.count === this.addresses.length) this.grow();
    const at = this.count++;
    this.addresses[at] = address;
    this.fileNumbers[at] = file;
    this.lines[at] = Math.max(0, line);
    this.columns[at] = Math.min(column, 0xffff);
    this.flags[at] = flags;
  }

  private grow(): void {
    const size = this.count * 2;
    const grown = <T extends { set(from: T): void }>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.addresses = grown(this.addresses, new Float64Array(size));
    this.fileNumbers = grown(this.fileNumbers, new Uint32Array(size));
    this.lines = grown(this.lines, new Uint32Array(size));
    this.columns = grown(this.columns, new Uint16Array(size));
    this.flags = grown(this.flags, new Uint8Array(size));
  }

  /** Sorts whole sequences by their first address and drops those the linker dropped (they begin at 0). */
  toTable(files: readonly SourceFile[]): LineTable {
    const sequences: { start: number; end: number }[] = [];
    let start = 0;
    for (let at = 0; at < this.count; at++) {
      if ((this.flags[at]! & endsSequence) === 0) continue;
      if (this.addresses[start]! > 0) sequences.push({ start, end: at + 1 });
      start = at + 1;
    }
    sequences.sort((a, b) => this.addresses[a.start]! - this.addresses[b.start]!);
    const count = sequences.reduce((sum, sequence) => sum + sequence.end - sequence.start, 0);
    const table = {
      files: files.map(({ path }) => path),
      checksums: files.map(({ md5 }) => md5),
      addresses: new Float64Array(count),
      fileNumbers: new Uint32Array(count),
      lines: new Uint32Array(count),
      columns: new Uint16Array(count),
      flags: new Uint8Array(count),
    };
    let to = 0;
    for (const { start: from, end } of sequences) {
      table.addresses.set(this.addresses.subarray(from, end), to);
      table.fileNumbers.set(this.fileNumbers.subarray(from, end), to);
      table.lines.set(this.lines.subarray(from, end), to);
      table.columns.set(this.columns.subarray(from, end), to);
      table.flags.set(this.flags.subarray(from, end), to);
      to += end - from;
    }
    return table;
  }
}

/**
 * The row in force at an address: the last at or before it in its sequence. Of several rows at the same address
 * the last one counts, or the last recommended as a statement, as debuggers do.
 */
export function lineAt(table: LineTable, address: number): LineRow | undefined {
  const { addresses, flags } = table;
  let at = countAtMost(addresses, address) - 1;
  if (at < 0 || (flags[at]! & endsSequence) !== 0) return undefined;
  if ((flags[at]! & isStatement) === 0) {
    for (let same = at - 1; same >= 0 && addresses[same] === addresses[at]; same--) {
      if ((flags[same]! & isStatement) === 0 || (flags[same]! & endsSequence) !== 0) continue;
      at = same;
      break;
    }
  }
  return {
    address: addresses[at]!,
    file: table.fileNumbers[at]!,
    line: table.lines[at]!,
    column: table.columns[at]!,
  };
}
