import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { symbolize } from "../../../analyzer/core/symbols/symbolize";
import { entryNameOf, linkageNameOf } from "../../../analyzer/formats/dwarf/names";
import { sectionNamed } from "../../../analyzer/formats/elf/elfFile";
import { openDebugFile, openElf } from "../../build/debugFile";
import { type BuiltProgram, buildProgram, type ProgramDraft, requireTool } from "../../build/nativePrograms";

const cpp = (compiler: "g++" | "clang++", ...flags: string[]): ProgramDraft => ({
  sources: ["crash.cpp"],
  library: ["crashLibrary.c"],
  compiler,
  flags: ["-g", ...flags],
});

const programs: readonly (readonly [string, ProgramDraft])[] = [
  ["gcc -O0", cpp("g++", "-O0")],
  ["gcc -O2", cpp("g++", "-O2")],
  ["gcc -O2 DWARF 4", cpp("g++", "-O2", "-gdwarf-4")],
  ["gcc -O2 64-bit DWARF", cpp("g++", "-O2", "-gdwarf64")],
  ["gcc -O2 type units", cpp("g++", "-O2", "-fdebug-types-section")],
  ["gcc -O2 zlib", { ...cpp("g++", "-O2"), after: "zlib" }],
  ["gcc -O2 zstd", { ...cpp("g++", "-O2"), after: "zstd" }],
  ["gcc -O2 split", cpp("g++", "-O2", "-gsplit-dwarf")],
  ["clang -O0", cpp("clang++", "-O0")],
  ["clang -O2", cpp("clang++", "-O2")],
  ["clang -O2 DWARF 4", cpp("clang++", "-O2", "-gdwarf-4")],
  ["clang -O2 split", cpp("clang++", "-O2", "-gsplit-dwarf")],
  ["clang -O2 split DWARF 4", cpp("clang++", "-O2", "-gdwarf-4", "-gsplit-dwarf")],
  ["clang -O2 package", { ...cpp("clang++", "-O2", "-gsplit-dwarf"), after: "package" }],
  ["rustc debug", { sources: ["crash.rs"], compiler: "rustc", flags: ["-g"] }],
];

/** Every fifth address of a program's code, at most this many. */
const step = 5;
const mostAddresses = 6000;

function codeAddresses(path: string): number[] {
  const text = sectionNamed(openElf(path).elf, ".text")!;
  const count = Math.min(mostAddresses, Math.floor(text.bytes / step));
  return Array.from({ length: count }, (_, index) => Number(text.address) + index * step);
}

/** What llvm-symbolizer says at each address: `function file:line:column` for every inlined frame. */
function judged(path: string, addresses: readonly number[]): string[] {
  requireTool("llvm-symbolizer", "apt-get install llvm");
  const options = [`--obj=${path}`, "--inlines", "--no-demangle", "--output-style=LLVM"];
  const input = addresses.map((address) => `0x${address.toString(16)}\n`).join("");
  const output = execFileSync("llvm-symbolizer", options, { input, encoding: "utf8", maxBuffer: 1 << 28 });
  return output.trimEnd().split("\n\n");
}

/** The line gdb gives each address, 0 for none. */
function linesByGdb(path: string, addresses: readonly number[]): number[] {
  if (addresses.length === 0) return [];
  requireTool("gdb", "apt-get install gdb");
  const commands = addresses.flatMap((address) => ["-ex", `info line *0x${address.toString(16)}`]);
  const output = execFileSync("gdb", ["-nx", "-batch", ...commands, path], { encoding: "utf8" });
  return output
    .split("\n")
    .filter((text) => /^(Line \d+|No line|Address)/.test(text))
    .map((text) => Number(/^Line (\d+)/.exec(text)?.[1] ?? 0));
}

/** Packages are found beside the program only by our reader: the judge reads the same program before packing. */
function judgedProgram(program: BuiltProgram): string {
  const { after, ...draft } = program.draft;
  return after === "package" || after === "zstd" ? buildProgram(draft).path : program.path;
}

function check(draft: ProgramDraft): void {
  const program = buildProgram(draft);
  const addresses = codeAddresses(program.path);
  const debug = openDebugFile(program.path);
  const judgement = judged(judgedProgram(program), addresses);
  expect(judgement.length).toBe(addresses.length);
  const folders = new RegExp(`${program.folder.replace(/-[^-]*$/, "")}-[0-9a-f]+/`, "g");
  const differences: string[] = [];
  /** Where rows of the table disagree about one address, debuggers take the one marked as a statement: gdb judges. */
  const disputed: { address: number; line: number }[] = [];
  let known = 0;
  addresses.forEach((address, index) => {
    const frames = symbolize(debug, address);
    if (frames.length === 0) return;
    known++;
    const ours = frames.flatMap(({ scopes, file, line, column }) => {
      const entry = scopes.at(-1);
      const name = entry === undefined ? "??" : (linkageNameOf(entry) ?? entryNameOf(entry) ?? "??");
      return [name, `${file ?? "??"}:${line ?? 0}:${column ?? 0}`];
    });
    // Line 0 says there is no place: its column means nothing.
    const plain = (text: string) => text.replace(folders, "").replace(/:0:\d+$/gm, ":0:0");
    const theirs = plain(judgement[index]!).split("\n");
    // The judge takes the outermost name from the linker's symbols, which name parts of functions apart.
    theirs[theirs.length - 2] = ours[ours.length - 2]!;
    ours[1] = plain(ours[1]!);
    if (ours[1] !== theirs[1]) {
      disputed.push({ address, line: frames[0]!.line ?? 0 });
      theirs[1] = plain(ours[1]!);
    }
    if (plain(ours.join("\n")) !== theirs.join("\n"))
      differences.push(`${address.toString(16)}\n${plain(ours.join("\n"))}\n--- judge\n${theirs.join("\n")}`);
  });
  expect(differences.slice(0, 3)).toEqual([]);
  expect(disputed.map(({ line }) => line)).toEqual(
    linesByGdb(
      program.path,
      disputed.map(({ address }) => address),
    ),
  );
  expect(debug.problems.toArray()).toEqual([]);
  expect(known).toBeGreaterThan(addresses.length / 4);
}

describe("functions, inlined frames and lines of every address are those of llvm-symbolizer", () => {
  it.each(programs)("%s", (_, draft) => check(draft));
});

describe("checksums of sources", () => {
  const folder = mkdtempSync(join(tmpdir(), "exhume-checksums-"));
  const source = join(folder, "two.cpp");
  writeFileSync(join(folder, "one.h"), "inline int twice(int x) { return 2 * x; }\n");
  writeFileSync(source, '#include "one.h"\nint main(int count, char**) { return twice(count); }\n');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const checksums = (...flags: string[]): Record<string, string> => {
    requireTool("clang++", "apt-get install clang");
    const program = join(folder, `program${flags.join("")}`);
    execFileSync("clang++", ["-g", "-O1", ...flags, source, "-o", program], { cwd: folder });
    const debug = openDebugFile(program);
    const found: Record<string, string> = {};
    const text = sectionNamed(openElf(program).elf, ".text")!;
    for (let address = Number(text.address); address < Number(text.address) + text.bytes; address++) {
      for (const { file, md5 } of symbolize(debug, address)) {
        if (file !== undefined && md5 !== undefined) found[file] = md5;
      }
    }
    return found;
  };

  it.each([[[]], [["-gsplit-dwarf"]]])("are what md5sum says of the files compiled with -g %j", (flags) => {
    const files = [join(folder, "one.h"), source];
    const judgement = execFileSync("md5sum", files, { encoding: "utf8" }).split("\n");
    expect(checksums(...flags)).toEqual(
      Object.fromEntries(files.map((file, at) => [file, judgement[at]!.slice(0, 32)])),
    );
  });

  it("are none where the debug information has none", () => {
    expect(checksums("-gdwarf-4")).toEqual({});
  });
});
