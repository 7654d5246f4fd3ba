import { BytesSource } from "../../analyzer/base/byteSource";
import { ProblemList } from "../../analyzer/base/problems";
import { ElfObjectFile } from "../../analyzer/core/elf/elfObjectFile";
import { openDebugInfo, sectionSourceOf } from "../../analyzer/core/symbols/debugSections";
import { symbolize } from "../../analyzer/core/symbols/symbolize";
import type { MachineFrame } from "../../analyzer/core/values/machineFrame";
import { present } from "../../analyzer/core/values/present";
import { variablesOf } from "../../analyzer/core/values/variables";
import { FrameTable } from "../../analyzer/formats/dwarf/cfi/frameTable";
import type { ExpressionBytes } from "../../analyzer/formats/dwarf/cfi/unwindRow";
import { Tag } from "../../analyzer/formats/dwarf/constants";
import { DwarfDamage } from "../../analyzer/formats/dwarf/dataReader";
import type { DwarfFile } from "../../analyzer/formats/dwarf/dwarfFile";
import { evaluateUnwindExpression } from "../../analyzer/formats/dwarf/expressions/unwindExpression";
import { NamedEntries } from "../../analyzer/formats/dwarf/namedEntries";
import { SplitUnits } from "../../analyzer/formats/dwarf/splitUnits";
import { readType, typeName } from "../../analyzer/formats/dwarf/types";
import { EhabiDamage, instructionsAt } from "../../analyzer/formats/ehabi/exceptionIndex";
import { runUnwindInstructions } from "../../analyzer/formats/ehabi/unwindInstructions";
import { readElfFile } from "../../analyzer/formats/elf/elfFile";
import { SectionStore } from "../../analyzer/session/core/unpackSection";
import { fuzzedProcess } from "./dwarfUnit";
import type { FuzzedParser } from "./fuzzedParser";
import { type BinaryName, binary, binaryNames } from "./seeds/binaries";

const whole = Object.fromEntries(binaryNames.map((name) => [name, binary(name)])) as Readonly<
  Record<BinaryName, Uint8Array>
>;
const searched = ["shop::Till", "shop::Kind", "walk", "shop::total", "tills", "no such name"];
const tags = [Tag.structureType, Tag.enumerationType, Tag.subprogram, Tag.variable];

function objectFile(bytes: Uint8Array): ElfObjectFile {
  return new ElfObjectFile(readElfFile(new BytesSource("fuzzed", bytes), new ProblemList()));
}

/** The debug information of a binary; of a skeleton with its split part in a package, or in a file by itself. */
function openDebug(kind: BinaryName, bytes: Uint8Array): { main: ElfObjectFile; debug: DwarfFile } {
  const problems = new ProblemList();
  const reading = new SectionStore();
  const isPart = kind === "package" || kind === "split";
  const main = objectFile(isPart ? whole.skeleton : bytes);
  const sectionsOf = (part: Uint8Array) => sectionSourceOf(objectFile(part), reading, problems);
  const splitUnits = new SplitUnits(
    kind === "split" || kind === "skeleton"
      ? { file: () => sectionsOf(kind === "split" ? bytes : whole.split) }
      : { package: sectionsOf(kind === "package" ? bytes : whole.package) },
    problems,
  );
  return { main, debug: openDebugInfo(main, reading, { problems, splitUnits }) };
}

/** What the debug information says of a few addresses of code, and of a few names. */
function readDebug(debug: DwarfFile, addresses: readonly number[]): unknown {
  const names = new NamedEntries(debug);
  const found = searched.map((name) => {
    const die = names.find(name, tags);
    return die && [die.tag, typeName(readType(die))];
  });
  const globals = debug.units
    .slice(0, 4)
    .map((unit) => names.variablesOf(debug.fullUnitOf(unit)).slice(0, 16).length);
  const frames = addresses.flatMap((address) => {
    const frame: MachineFrame = {
      pc: BigInt(address),
      lookupAddress: BigInt(address),
      registers: Array.from({ length: 17 }, (_, register) => BigInt(0x7000 + 8 * register)),
      frameAddress: 0x7004n,
      bias: 0n,
      debug,
      caller: () => undefined,
      threadLocal: (offset) => offset + 0x9000n,
    };
    return symbolize(debug, address).map((each) => [
      each.function,
      each.line,
      variablesOf(each, frame, fuzzedProcess)
        .slice(0, 50)
        .map(({ name, value }) => `${name} ${present(value, fuzzedProcess).text}`),
    ]);
  });
  return [found, globals, frames];
}

/** The first byte says which of the binaries is damaged. */
function readBinary(bytes: Uint8Array): unknown {
  const kind = binaryNames[(bytes[0] ?? 0) % binaryNames.length]!;
  const { main, debug } = openDebug(kind, bytes.subarray(1));
  const reading = new SectionStore();
  const tables = main
    .symbolTables()
    .map(({ count, nameOf }) => [count, Array.from({ length: Math.min(count, 20) }, (_, at) => nameOf(at))]);
  const links = [main.buildId, main.debugLink(), main.supplementaryLink()];
  const frames = main.exceptionFrames(reading);
  const code = main.segments.map(({ address }) => Number(address));
  const addresses = [
    Number(main.entry),
    Number(main.entry) + 40,
    ...code.slice(0, 2).map((at) => at + 0x100),
  ];
  return [
    tables,
    links,
    addresses.map((address) => frames?.rowAt(address)?.frameAddress?.kind),
    readDebug(debug, addresses),
  ];
}

/** Rules that compute: the frame's place by arithmetic on a register and memory, registers by expressions. */
function computedFrames(): Uint8Array {
  const word = (value: number) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >> 24) & 255];
  const entry = (id: number, body: readonly number[]) => [...word(body.length + 4), ...word(id), ...body];
  const bytes = entry(0, [1, 0x7a, 0x52, 0, 1, 0x78, 16, 1, 0x1b, 0x0c, 7, 8, 0x90, 1, 0, 0]);
  const at = bytes.length;
  const expression = [0x77, 8, 0x80, 0, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22, 0x06, 0x23, 4, 0x12, 0x1c];
  const branching = [0x70, 8, 0x30, 0x29, 0x28, 2, 0, 0x35, 0x36, 0x37, 0x17, 0x1e, 0x19, 0x1f, 0x20];
  const program = [
    ...[0x0f, expression.length, ...expression],
    ...[0x10, 6, branching.length, ...branching],
    ...[0x16, 3, 5, 0x11, 0x7c, 0x10, 8, 0x27],
    // A register that is not known.
    ...[0x16, 12, 2, 0x81, 0],
  ];
  bytes.push(...entry(at + 4, [...word(0x1000 - (0x2000 + at + 8)), ...word(0x80), 0, ...program]));
  return Uint8Array.from([...bytes, 0, 0, 0, 0]);
}

const environment = {
  addressSize: 8,
  littleEndian: true,
  register: (register: number) => (register > 16 ? undefined : 0x7000n + BigInt(register)),
  readMemory: fuzzedProcess.readMemory,
};

function computed(expression: ExpressionBytes): string | undefined {
  return evaluateUnwindExpression(expression, environment, 0x7000n)?.toString(16);
}

/** Functions at 0x1000 to 0x4000 with instructions beside them, behind them, of GNU's routine, and without any. */
const exceptionIndex = Uint8Array.of(
  ...[0x00, 0xf0, 0xff, 0x7f, 0x80, 0x84, 0x9b, 0x80],
  ...[0xf8, 0xff, 0xff, 0x7f, 0x14, 0, 0, 0],
  ...[0xf0, 0x0f, 0, 0, 0x14, 0, 0, 0],
  ...[0xe8, 0x1f, 0, 0, 1, 0, 0, 0],
  ...[0x01, 0xb2, 0x01, 0x81, 0xb0, 0xb0, 0x0f, 0xb1],
  ...[0, 0, 0, 0, 0x43, 0xb3, 0xa9, 0x01, 0x03, 0xc7, 0x01, 0xc9],
);

/** Readers of executables, libraries and debug files. */
export const binaryParsers: Readonly<Record<string, FuzzedParser>> = {
  exceptionIndex: {
    seeds: [exceptionIndex],
    mayThrow: (error) => error instanceof EhabiDamage,
    read: (bytes) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const wordAt = (address: number) =>
        address >= 0x2000 && address + 4 <= 0x2000 + bytes.length
          ? view.getUint32(address - 0x2000, true)
          : undefined;
      return [0x1004, 0x2004, 0x3004, 0x4004].map((address) => {
        const table = { address: 0x2000, bytes: 32 };
        const instructions = instructionsAt(address, table, wordAt);
        const frame = instructions && runUnwindInstructions(instructions);
        return frame && { ...frame, saved: [...frame.saved] };
      });
    },
  },
  binaries: {
    seeds: binaryNames.map((name, index) => Uint8Array.of(index, ...whole[name])),
    mayThrow: (error) => error instanceof DwarfDamage,
    read: readBinary,
  },
  computedFrames: {
    seeds: [computedFrames()],
    mayThrow: (error) => error instanceof DwarfDamage,
    read: (bytes) => {
      const row = new FrameTable({
        kind: "eh",
        bytes,
        address: 0x2000,
        addressBytes: 8,
        littleEndian: true,
      }).rowAt(0x1010);
      const rules = [row?.frameAddress, ...(row?.registers.values() ?? [])];
      return rules.map((rule) =>
        rule !== undefined && "expression" in rule ? computed(rule.expression) : rule,
      );
    },
  },
};
