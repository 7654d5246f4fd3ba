import { Attr, Language, Op, Tag } from "../../../analyzer/formats/dwarf/constants";
import { buildUnit, type Entry, forms } from "../../build/dwarfBuilder";
import type { ProcessMemory } from "../../build/processMemory";

/** What a made-up Go program has types of, and what describes them. */

export interface TypedPlaces {
  /** Of the first description, and of the program's code. */
  readonly types: number;
  readonly text: number;
  /** Spans of objects with a header (640 bytes), and of small ones (48 bytes). */
  readonly large: number;
  readonly small: number;
  /** Of a variable. */
  readonly variable: number;
}

const kinds = {
  int: 2,
  channel: 18,
  func: 19,
  interface: 20,
  map: 21,
  pointer: 22,
  slice: 23,
  string: 24,
  struct: 25,
};
const names = [
  ...["int", "main.order", "*main.order", "[]int", "string", "interface {}", "main.shape", "map[int]int"],
  ...["map.group[int]int", "chan int", "func()", "int32"],
] as const;
type Name = (typeof names)[number];
const descriptionBytes = 0x60;
const namesAt = names.length * descriptionBytes;
const largeBytes = 640;
const smallBytes = 48;

/** Where the runtime describes a type, from the first description on. */
function placeOf(name: Name): number {
  return names.indexOf(name) * descriptionBytes;
}

/** Describes the types, and puts objects of them into the spans. */
export function writeTypedObjects(memory: ProcessMemory, places: TypedPlaces): void {
  writeDescriptions(memory, places);
  const { large, small, types, text, variable } = places;
  const [first, second] = [large, large + largeBytes];
  const [map, group, closure] = [small, small + smallBytes, small + 3 * smallBytes];
  memory
    .words(variable, first + 8)
    .words(first, types + placeOf("main.order"), second + 8)
    .words(first + 8 + 48, types + placeOf("*main.order"), second + 8)
    .words(first + 8 + 64, types + namesAt + 0x100, second + 8)
    .words(first + 8 + 80, map, group, closure)
    .words(second, types + placeOf("main.order"), first + 8)
    // The table of an interface's methods: whose they are, and of what.
    .words(types + namesAt + 0x100, types + placeOf("main.shape"), types + placeOf("main.order"))
    .words(map, 1, 0, group, 0)
    .words(group, 0, first + 8)
    .words(closure, text + 0x100, first + 8)
    // Bits of pointers, before the marks of the collector.
    .write(small + 0x2000 - 256, [0x80]);
}

function writeDescriptions(memory: ProcessMemory, { types }: TypedPlaces): void {
  const at = (name: Name) => types + placeOf(name);
  let letters = namesAt + 0x200;
  const describe = (name: Name, kind: number, bytes: number, ...words: readonly number[]) => {
    memory
      .words(at(name), bytes, 8)
      .write(at(name) + 23, [kind])
      .int(at(name) + 40, letters);
    memory.write(types + letters, [0, name.length, ...new TextEncoder().encode(name)]);
    memory.words(at(name) + 48, ...words);
    letters += 24;
  };
  const fields = types + namesAt;
  describe("int", kinds.int, 8);
  describe("int32", kinds.int, 4);
  describe("main.order", kinds.struct, 600, 0, fields, 8);
  describe("*main.order", kinds.pointer, 8, at("main.order"));
  describe("[]int", kinds.slice, 24, at("int"));
  describe("string", kinds.string, 16);
  describe("interface {}", kinds.interface, 16);
  describe("main.shape", kinds.interface, 16, 0, 0, 1);
  describe("map[int]int", kinds.map, 8, at("int"), at("int"), at("map.group[int]int"));
  describe("map.group[int]int", kinds.struct, 40, 0, fields + 192, 1);
  describe("chan int", kinds.channel, 8, at("int"));
  describe("func()", kinds.func, 8);
  const list: readonly (readonly [Name, number])[] = [
    ...([
      ["*main.order", 0],
      ["[]int", 8],
      ["string", 32],
      ["interface {}", 48],
      ["main.shape", 64],
    ] as const),
    ...([
      ["map[int]int", 80],
      ["chan int", 88],
      ["func()", 96],
      ["*main.order", 8],
    ] as const),
  ];
  list.forEach(([name, offset], index) => {
    memory.words(fields + 24 * index, 0, at(name), offset);
  });
}

/** The same types as debug information has them, a variable, and a function with what it has. */
export function goDebugInfo({ variable, text }: TypedPlaces): Uint8Array {
  const named = (label: string, tag: number, kind: number, ...more: Entry["attributes"]): Entry => ({
    label,
    tag,
    attributes: [[Attr.name, forms.string, label], [Attr.goKind, forms.data1, kind], ...more],
  });
  const to = (label: string) => [Attr.type, forms.ref4, label] as const;
  const size = (bytes: number) => [Attr.byteSize, forms.data4, bytes] as const;
  const place = (name: Name) => [Attr.goRuntimeType, forms.data4, placeOf(name)] as const;
  const elements = (label: string) => [Attr.goElement, forms.ref4, label] as const;
  const member = (label: string, offset: number): Entry => ({
    tag: Tag.member,
    attributes: [
      [Attr.name, forms.string, "field"],
      to(label),
      [Attr.dataMemberLocation, forms.data1, offset],
    ],
  });
  const local = (label: string, ...more: Entry["attributes"]): Entry => ({
    tag: Tag.variable,
    attributes: [[Attr.name, forms.string, "local"], to(label), ...more],
  });
  const order: Entry = {
    ...named("main.order", Tag.structureType, kinds.struct, size(600), place("main.order")),
    children: [
      ...[member("*main.order", 0), member("[]int", 8), member("string", 32), member("any", 48)],
      ...[
        member("map[int]int", 80),
        member("chan int", 88),
        member("func()", 96),
        member("[2]*main.order", 104),
      ],
      ...[member("[0]*main.order", 120), member("unsafe.Pointer", 120), member("main.id", 128)],
    ],
  };
  const address = Array.from(
    { length: 8 },
    (_, byte) => Math.floor((variable - text) / 2 ** (8 * byte)) % 256,
  );
  const sections = buildUnit({
    tag: Tag.compileUnit,
    attributes: [
      [Attr.name, forms.string, "main"],
      [Attr.language, forms.data1, Language.go],
      [Attr.lowPc, forms.addr, 0],
      [Attr.highPc, forms.data4, 0x400],
    ],
    children: [
      named("int", Tag.baseType, kinds.int, size(8)),
      order,
      named("*main.order", Tag.pointerType, kinds.pointer, to("main.order"), place("*main.order")),
      named("[]int", Tag.structureType, kinds.slice, size(24), elements("int")),
      named("string", Tag.structureType, kinds.string, size(16)),
      { ...named("runtime.eface", Tag.structureType, kinds.struct, size(16)), children: [] },
      named("any", Tag.typedef, kinds.interface, to("runtime.eface")),
      named("map[int]int", Tag.typedef, kinds.map, to("*main.order"), place("map[int]int")),
      named("chan int", Tag.typedef, kinds.channel, to("*main.order"), elements("int")),
      named("func()", Tag.subroutineType, kinds.func, size(8)),
      named("[2]*main.order", Tag.arrayType, 17, to("*main.order"), size(16)),
      named("[0]*main.order", Tag.arrayType, 17, to("*main.order"), size(0)),
      {
        tag: Tag.pointerType,
        label: "unsafe.Pointer",
        attributes: [[Attr.name, forms.string, "unsafe.Pointer"]],
      },
      named("main.id", Tag.typedef, 0, to("int")),
      local("*main.order", [Attr.location, forms.exprloc, [Op.addr, ...address]]),
      {
        tag: Tag.subprogram,
        attributes: [
          [Attr.name, forms.string, "main.wait"],
          [Attr.frameBase, forms.exprloc, [Op.callFrameCfa]],
          [Attr.lowPc, forms.addr, 0x100],
          [Attr.highPc, forms.data4, 0x100],
        ],
        children: [
          local(
            "*main.order",
            [Attr.goClosureOffset, forms.data1, 8],
            [Attr.location, forms.exprloc, [Op.fbreg, 0]],
          ),
          local("[]int", [
            Attr.location,
            forms.exprloc,
            [Op.reg0, Op.piece, 8, Op.lit0, Op.stackValue, Op.piece, 16],
          ]),
        ],
      },
    ],
  });
  // One section after the other, the first with its length before it.
  const [info, abbreviations] = [sections[".debug_info"]!, sections[".debug_abbrev"]!];
  const bytes = new Uint8Array(4 + info.length + abbreviations.length);
  new DataView(bytes.buffer).setUint32(0, info.length, true);
  bytes.set(info, 4);
  bytes.set(abbreviations, 4 + info.length);
  return bytes;
}

/** What {@link goDebugInfo} wrote, or what became of it. */
export function debugSectionsIn(bytes: Uint8Array): Record<string, Uint8Array> {
  const length = bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  return { ".debug_info": bytes.subarray(4, 4 + length), ".debug_abbrev": bytes.subarray(4 + length) };
}
