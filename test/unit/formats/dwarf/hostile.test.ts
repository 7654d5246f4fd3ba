import { describe, expect, it } from "vitest";
import { symbolize } from "../../../../analyzer/core/symbols/symbolize";
import type { MachineFrame } from "../../../../analyzer/core/values/machineFrame";
import { present } from "../../../../analyzer/core/values/present";
import { findPrinter } from "../../../../analyzer/core/values/printers/printers";
import type { ProcessView } from "../../../../analyzer/core/values/processView";
import { variablesOf } from "../../../../analyzer/core/values/variables";
import { Attr, Op, Tag } from "../../../../analyzer/formats/dwarf/constants";
import { childrenOf, type Die } from "../../../../analyzer/formats/dwarf/dies";
import type { DwarfFile } from "../../../../analyzer/formats/dwarf/dwarfFile";
import { byteSizeOf, readType, strippedType, typeName } from "../../../../analyzer/formats/dwarf/types";
import {
  addressTable,
  buildUnit,
  type Entry,
  forms,
  joinUnits,
  openSections,
  type SectionTable,
  u32,
} from "../../../build/dwarfBuilder";

/** A function at 0x1000 with one local, around which each case puts its damage. */
function programWith(local: Entry, ...types: Entry[]): SectionTable {
  return buildUnit({
    tag: Tag.compileUnit,
    attributes: [
      [Attr.name, forms.string, "made.c"],
      [Attr.lowPc, forms.addr, 0x1000],
      [Attr.highPc, forms.data4, 0x100],
    ],
    children: [
      {
        label: "function",
        tag: Tag.subprogram,
        attributes: [
          [Attr.name, forms.string, "work"],
          [Attr.lowPc, forms.addr, 0x1000],
          [Attr.highPc, forms.data4, 0x100],
          [Attr.frameBase, forms.exprloc, [Op.callFrameCfa]],
        ],
        children: [local],
      },
      ...types,
    ],
  });
}

const local = (type: string, location: readonly number[] = [Op.fbreg, 0x70]): Entry => ({
  tag: Tag.variable,
  attributes: [
    [Attr.name, forms.string, "local"],
    [Attr.type, forms.ref4, type],
    [Attr.location, forms.exprloc, location],
  ],
});

const int: Entry = {
  label: "int",
  tag: Tag.baseType,
  attributes: [
    [Attr.name, forms.string, "int"],
    [Attr.encoding, forms.data1, 5],
    [Attr.byteSize, forms.data1, 4],
  ],
};

/** Every byte of memory is 1. */
const process: ProcessView = {
  pointerBytes: 8,
  littleEndian: true,
  readMemory: (_, length) => new Uint8Array(length).fill(1),
  describeAddress: () => undefined,
  completeType: (type) => type,
  printerOf: findPrinter,
};

function shown(file: DwarfFile): string[] {
  const frame: MachineFrame = {
    pc: 0x1010n,
    lookupAddress: 0x1010n,
    registers: [1n, 2n, 3n],
    frameAddress: 0x7000n,
    bias: 0n,
    debug: file,
    caller: () => undefined,
  };
  return symbolize(file, 0x1010).flatMap((each) =>
    variablesOf(each, frame, process).map(({ name, value }) => `${name} ${present(value, process).text}`),
  );
}

/** The first entry of a tag. */
function entryOf(file: DwarfFile, tag: number): Die {
  for (const child of childrenOf(file.units[0]!.root)) if (child.tag === tag) return child;
  throw new Error(`no entry of tag ${tag}`);
}

describe("debug information made by hand", () => {
  it("names the function and shows its local", () => {
    const file = openSections(programWith(local("int"), int));
    expect(symbolize(file, 0x1010).map((frame) => frame.function)).toEqual(["work"]);
    expect(shown(file)).toEqual(["local 16843009"]);
    expect(symbolize(file, 0x2000)).toEqual([]);
    expect(file.problems.toArray()).toEqual([]);
  });
});

describe("more ranges than are kept", () => {
  const unitAt = (start: number) =>
    buildUnit({
      tag: Tag.compileUnit,
      attributes: [
        [Attr.name, forms.string, `at ${start}`],
        [Attr.lowPc, forms.addr, start],
        [Attr.highPc, forms.data4, 0x10],
      ],
    });
  const { sections, offsets } = joinUnits(unitAt(0x1000), unitAt(0x2000), unitAt(0x9000));
  const scattered = (start: number) => Array.from({ length: 40 }, (_, at) => [start + at * 0x20, 8] as const);
  const listed = [
    ...addressTable(offsets[0]!, scattered(0x1000)),
    ...addressTable(offsets[1]!, scattered(0x2000)),
  ];
  const open = (maximumRanges: number) =>
    openSections({ ...sections, ".debug_aranges": Uint8Array.from(listed) }, { maximumRanges });
  const unitsAt = (file: DwarfFile, address: number) =>
    file.unitsAt(address).map(({ header }) => offsets.indexOf(header.offset));

  it("finds every unit still, from its first to its last address, and says so", () => {
    const all = open(81);
    const some = open(50);
    for (let address = 0x1000; address < 0x9010; address += 4) {
      expect(unitsAt(some, address), `${address}`).toEqual(expect.arrayContaining(unitsAt(all, address)));
    }
    // Between two ranges there is no unit; where only the hull is kept, its unit is asked.
    expect([unitsAt(all, 0x2410), unitsAt(some, 0x2410), unitsAt(some, 0x1010)]).toEqual([[], [1], []]);
    expect([unitsAt(some, 0x9004), unitsAt(some, 0x9010)]).toEqual([[2], []]);
    expect(all.problems.toArray()).toEqual([]);
    const message = expect.stringContaining("lists 80 ranges of code. The last 30 ");
    expect(some.problems.toArray()).toMatchObject([{ code: "dwarf-ranges", message }]);
  });

  it("takes a unit's own ranges when the table of all of them is cut", () => {
    const cut = Uint8Array.from(listed).subarray(0, listed.length - 100);
    const file = openSections({ ...sections, ".debug_aranges": cut });
    expect([unitsAt(file, 0x1024), unitsAt(file, 0x2004), unitsAt(file, 0x2024)]).toEqual([[0], [1], []]);
    expect(file.problems.toArray()).toMatchObject([{ code: "dwarf-damaged" }]);
  });
});

describe("hostile debug information ends, with what is wrong named", () => {
  it("types that are typedefs of each other", () => {
    const alias = (label: string, target: string): Entry => ({
      label,
      tag: Tag.typedef,
      attributes: [
        [Attr.name, forms.string, label],
        [Attr.type, forms.ref4, target],
      ],
    });
    const file = openSections(programWith(local("a"), alias("a", "b"), alias("b", "a")));
    const type = readType(entryOf(file, Tag.typedef));
    expect(strippedType(type).kind).toBe("unknown");
    expect(typeName(type)).toBe("a");
    expect(shown(file)).toHaveLength(1);
  });

  it("pointers to pointers to themselves", () => {
    const pointer: Entry = {
      label: "p",
      tag: Tag.pointerType,
      attributes: [[Attr.type, forms.ref4, "p"]],
    };
    const file = openSections(programWith(local("p"), pointer));
    expect(shown(file)).toEqual(["local 0x101010101010101"]);
    expect(typeName(readType(entryOf(file, Tag.pointerType))).length).toBeLessThan(200);
  });

  it("references to themselves", () => {
    const reference: Entry = {
      label: "r",
      tag: Tag.referenceType,
      attributes: [[Attr.type, forms.ref4, "r"]],
    };
    expect(shown(openSections(programWith(local("r"), reference)))).toHaveLength(1);
  });

  it("a structure that holds itself", () => {
    const record: Entry = {
      label: "r",
      tag: Tag.structureType,
      attributes: [
        [Attr.name, forms.string, "r"],
        [Attr.byteSize, forms.data1, 16],
      ],
      children: [
        {
          tag: Tag.member,
          attributes: [
            [Attr.name, forms.string, "inner"],
            [Attr.type, forms.ref4, "r"],
            [Attr.dataMemberLocation, forms.data1, 0],
          ],
        },
      ],
    };
    const [text] = shown(openSections(programWith(local("r"), record)));
    expect(text).toContain("{...}");
    expect(text!.length).toBeLessThan(200);
  });

  it("a list that is a circle, shown node by node", () => {
    const pointer: Entry = {
      label: "p",
      tag: Tag.pointerType,
      attributes: [[Attr.type, forms.ref4, "node"]],
    };
    const node: Entry = {
      label: "node",
      tag: Tag.structureType,
      attributes: [
        [Attr.name, forms.string, "node"],
        [Attr.byteSize, forms.data1, 8],
      ],
      children: [
        {
          tag: Tag.member,
          attributes: [
            [Attr.name, forms.string, "next"],
            [Attr.type, forms.ref4, "p"],
            [Attr.dataMemberLocation, forms.data1, 0],
          ],
        },
      ],
    };
    expect(shown(openSections(programWith(local("node"), pointer, node)))).toEqual([
      "local {next = 0x101010101010101}",
    ]);
  });

  it("an array of itself", () => {
    const array: Entry = {
      label: "a",
      tag: Tag.arrayType,
      attributes: [[Attr.type, forms.ref4, "a"]],
      children: [{ tag: Tag.subrangeType, attributes: [[Attr.count, forms.data4, 0xffff_ffff]] }],
    };
    const file = openSections(programWith(local("a"), array));
    expect(byteSizeOf(readType(entryOf(file, Tag.arrayType)))).toBeUndefined();
    expect(shown(file)).toHaveLength(1);
  });

  it("a function that is a copy of itself", () => {
    const sections = buildUnit({
      tag: Tag.compileUnit,
      attributes: [
        [Attr.lowPc, forms.addr, 0x1000],
        [Attr.highPc, forms.data4, 0x100],
      ],
      children: [
        {
          label: "f",
          tag: Tag.subprogram,
          attributes: [
            [Attr.abstractOrigin, forms.ref4, "f"],
            [Attr.lowPc, forms.addr, 0x1000],
            [Attr.highPc, forms.data4, 0x100],
          ],
          children: [],
        },
      ],
    });
    const file = openSections(sections);
    expect(symbolize(file, 0x1010).map((frame) => frame.function)).toEqual([undefined]);
    expect(shown(file)).toEqual([]);
  });

  it("blocks nested a thousand deep", () => {
    let block: Entry = local("int");
    for (let depth = 0; depth < 1000; depth++) {
      block = {
        tag: Tag.lexicalBlock,
        attributes: [
          [Attr.lowPc, forms.addr, 0x1000],
          [Attr.highPc, forms.data4, 0x100],
        ],
        children: [block],
      };
    }
    expect(symbolize(openSections(programWith(block, int)), 0x1010)).toHaveLength(1);
  });

  it.each([
    ["jumps back for ever", [Op.lit0, Op.skip, 0xfc, 0xff], "<absent>"],
    ["fills the stack", [Op.lit0, Op.dup, Op.skip, 0xfc, 0xff], "<absent>"],
    ["takes from an empty stack", [Op.plus], "<absent>"],
    ["divides by zero", [Op.lit0 + 1, Op.lit0, Op.div], "<absent>"],
    ["uses what does not exist", [0xff], "<absent>"],
    ["ends in the middle of an operand", [Op.const8u, 1, 2], "<absent>"],
    ["needs a register that was lost", [Op.reg0 + 12], "<optimized out>"],
    ["has no bytes", [], "<optimized out>"],
    ["has pieces that are nowhere", [Op.piece, 4], "<optimized out>"],
    ["ends with a piece before it does", [Op.lit0, Op.stackValue, Op.piece, 2], "<optimized out>"],
  ])("a location expression that %s", (_, expression, text) => {
    const file = openSections(programWith(local("int", expression), int));
    expect(shown(file)).toEqual([`local ${text}`]);
  });

  it("a unit longer than its section", () => {
    const sections = programWith(local("int"), int);
    sections[".debug_info"]!.set(u32(0x7fff_ffff), 0);
    const file = openSections(sections);
    expect(symbolize(file, 0x1010)).toEqual([]);
    expect(file.problems.toArray()[0]!.message).toContain("2147483647 bytes");
  });

  it.each([
    ["line range of 0", [1, 1, 1, 0, 0, 13]],
    ["header longer than the program", [0xff, 0xff, 0xff, 0x7f]],
  ])("a line program with a %s", (_, header) => {
    const sections = buildUnit({
      tag: Tag.compileUnit,
      attributes: [
        [Attr.lowPc, forms.addr, 0x1000],
        [Attr.highPc, forms.data4, 0x100],
        [Attr.stmtList, forms.secOffset, 0],
      ],
    });
    const body = [5, 0, 8, 0, ...u32(6), ...header];
    sections[".debug_line"] = Uint8Array.from([...u32(body.length), ...body]);
    const file = openSections(sections);
    expect(symbolize(file, 0x1010)).toEqual([]);
    expect(file.problems.toArray()[0]!.code).toBe("dwarf-damaged");
  });

  it("a range list that does not end", () => {
    const sections = buildUnit({
      tag: Tag.compileUnit,
      attributes: [[Attr.ranges, forms.secOffset, 0]],
    });
    sections[".debug_rnglists"] = new Uint8Array(64).fill(4);
    const file = openSections(sections);
    expect(symbolize(file, 0x1010)).toEqual([]);
    expect(file.problems.toArray()[0]!.message).toContain(".debug_rnglists");
  });

  it.each([".debug_abbrev", ".debug_info"])("%s cut at every byte", (name) => {
    const sections = programWith(local("int"), int);
    const whole = sections[name]!;
    for (let length = 0; length < whole.length; length++) {
      const file = openSections({ ...sections, [name]: whole.subarray(0, length) });
      expect(shown(file).length).toBeLessThanOrEqual(1);
    }
  });
});
