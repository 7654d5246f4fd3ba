import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { BytesSource } from "../../analyzer/base/byteSource";
import { ProblemList } from "../../analyzer/base/problems";
import { rawSection, readElfFile, sectionNamed } from "../../analyzer/formats/elf/elfFile";
import { buildProgram } from "./nativePrograms";

/**
 * A copy of a C++ program whose `.debug_info` was made larger by repeating its largest unit at the end: what the
 * program's own functions say stays true. No linker is needed, and no hour of compiling.
 */
export function growDebugInfo(program: string, path: string, bytes: number): void {
  const file = readFileSync(program);
  const elf = readElfFile(new BytesSource(program, file), new ProblemList());
  const section = sectionNamed(elf, ".debug_info")!;
  const info = Buffer.from(rawSection(elf, section));
  const unit = largestUnit(info);
  const count = Math.ceil((bytes - info.length) / unit.length);
  const start = (file.length + 15) & ~15;
  const header = Number(file.readBigUInt64LE(40)) + 64 * elf.sections.indexOf(section);
  file.writeBigUInt64LE(BigInt(start), header + 24);
  file.writeBigUInt64LE(BigInt(info.length + count * unit.length), header + 32);
  rmSync(path, { force: true });
  const out = openSync(path, "wx", 0o755);
  let position = 0;
  const write = (part: Buffer) => {
    position += writeSync(out, part, 0, part.length, position);
  };
  write(file);
  write(Buffer.alloc(start - file.length));
  write(info);
  for (let copy = 0; copy < count; copy++) write(unit);
  closeSync(out);
}

/** Units of 32-bit DWARF begin with their length. */
function largestUnit(info: Buffer): Buffer {
  let largest = info.subarray(0, 0);
  for (let at = 0; at < info.length; ) {
    const end = at + 4 + info.readUInt32LE(at);
    if (end - at > largest.length) largest = info.subarray(at, end);
    at = end;
  }
  return largest;
}

/** A program with a library's worth of types and little code. */
export function programWithManyTypes() {
  const types = ["-fno-eliminate-unused-debug-types", "-fno-eliminate-unused-debug-symbols"];
  return buildProgram({
    sources: ["crash.cpp"],
    compiler: "g++",
    flags: ["-g", "-O0", ...types],
    library: ["crashLibrary.c"],
  });
}
