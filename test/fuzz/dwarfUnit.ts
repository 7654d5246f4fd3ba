import { symbolize } from "../../analyzer/core/symbols/symbolize";
import type { MachineFrame } from "../../analyzer/core/values/machineFrame";
import { present } from "../../analyzer/core/values/present";
import { findPrinter } from "../../analyzer/core/values/printers/printers";
import type { ProcessView } from "../../analyzer/core/values/processView";
import { variablesOf } from "../../analyzer/core/values/variables";
import { Attr, Encoding, Op, Tag } from "../../analyzer/formats/dwarf/constants";
import { buildUnit, forms, openSections, type SectionTable } from "../build/dwarfBuilder";

/** A unit with a function, an inlined copy, a record and variables in every kind of place. */
export function wholeUnit(): SectionTable {
  const code = [
    [Attr.lowPc, forms.addr, 0x1000],
    [Attr.highPc, forms.data4, 0x100],
  ] as const;
  const variable = (name: string, type: string, location: readonly number[]) => ({
    tag: Tag.variable,
    attributes: [
      [Attr.name, forms.string, name],
      [Attr.type, forms.ref4, type],
      [Attr.location, forms.exprloc, location],
    ] as const,
  });
  return buildUnit({
    tag: Tag.compileUnit,
    attributes: [[Attr.name, forms.string, "fuzzed.c"], ...code],
    children: [
      {
        label: "int",
        tag: Tag.baseType,
        attributes: [
          [Attr.name, forms.string, "int"],
          [Attr.encoding, forms.data1, Encoding.signed],
          [Attr.byteSize, forms.data1, 4],
        ],
      },
      { label: "pointer", tag: Tag.pointerType, attributes: [[Attr.type, forms.ref4, "record"]] },
      {
        label: "array",
        tag: Tag.arrayType,
        attributes: [[Attr.type, forms.ref4, "int"]],
        children: [{ tag: Tag.subrangeType, attributes: [[Attr.count, forms.data1, 3]] }],
      },
      {
        label: "record",
        tag: Tag.structureType,
        attributes: [
          [Attr.name, forms.string, "record"],
          [Attr.byteSize, forms.data1, 24],
        ],
        children: ["int", "pointer", "array"].map((type, index) => ({
          tag: Tag.member,
          attributes: [
            [Attr.name, forms.string, type],
            [Attr.type, forms.ref4, type],
            [Attr.dataMemberLocation, forms.data1, index * 8],
          ] as const,
        })),
      },
      {
        label: "small",
        tag: Tag.subprogram,
        attributes: [
          [Attr.name, forms.string, "small"],
          [Attr.inline, forms.data1, 1],
        ],
        children: [variable("lost", "int", [])],
      },
      {
        tag: Tag.subprogram,
        attributes: [
          [Attr.name, forms.string, "work"],
          [Attr.frameBase, forms.exprloc, [Op.callFrameCfa]],
          ...code,
        ],
        children: [
          variable("record", "record", [Op.fbreg, 0x70]),
          variable("pointer", "pointer", [Op.reg0]),
          variable("parts", "record", [
            Op.reg0,
            Op.piece,
            4,
            Op.piece,
            8,
            Op.lit0,
            Op.stackValue,
            Op.piece,
            12,
          ]),
          {
            tag: Tag.inlinedSubroutine,
            attributes: [
              [Attr.abstractOrigin, forms.ref4, "small"],
              [Attr.callLine, forms.data1, 7],
              ...code,
            ],
            children: [variable("inner", "array", [Op.breg0, 8])],
          },
        ],
      },
    ],
  });
}

/** Memory that is partly there, and full of the same bytes. */
export const fuzzedProcess: ProcessView = {
  pointerBytes: 8,
  littleEndian: true,
  readMemory: (address, length) =>
    address % 3n === 0n ? undefined : new Uint8Array(length).fill(Number(address & 0xffn)),
  describeAddress: () => undefined,
  completeType: (type) => type,
  printerOf: findPrinter,
};

/** Everything the unit says of one address: functions, variables, their values. */
export function readAll(sections: SectionTable): string[] {
  const file = openSections(sections);
  const frame: MachineFrame = {
    pc: 0x1010n,
    lookupAddress: 0x1010n,
    registers: [0x7001n, 2n],
    frameAddress: 0x7004n,
    bias: 0n,
    debug: file,
    caller: () => undefined,
  };
  return symbolize(file, 0x1010).flatMap((each) => [
    String(each.function),
    ...variablesOf(each, frame, fuzzedProcess).map(({ name, value }) => {
      const { text, children } = present(value, fuzzedProcess);
      return `${name} ${text} ${children?.page(0, 10).length ?? 0}`;
    }),
  ]);
}
