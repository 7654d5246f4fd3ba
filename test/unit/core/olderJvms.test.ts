import { describe, expect, it } from "vitest";
import type { CodeBlob } from "../../../analyzer/core/hotspot/frames/codeBlobs";
import type { JavaCode } from "../../../analyzer/core/hotspot/frames/javaCode";
import { oopSlotsAt } from "../../../analyzer/core/hotspot/frames/oopMaps";
import { jdkVersionOf, notVerifiedOf } from "../../../analyzer/core/hotspot/jdkVersion";
import { klassLists } from "../../../analyzer/core/hotspot/klassTable";
import { addressOfReference } from "../../../analyzer/core/hotspot/referenceForm";
import { globalsInBlocks } from "../../../analyzer/core/hotspot/roots/oldGlobals";
import { VmStructs } from "../../../analyzer/core/hotspot/vmStructs";
import { zLetter } from "../../../analyzer/core/hotspot/zNames";
import { MemoryWords } from "../../../analyzer/core/memoryWords";
import { isPseudoStatic } from "../../../analyzer/heap/hprof/index/hotspotFields";
import { HotspotTables } from "../../build/hotspotTables";
import { ProcessMemory } from "../../build/processMemory";

const base = 0x7000_0000;
/** What the tables of 8u504 on x86-64 say, as far as it matters here. */
const offsets = {
  ClassLoaderData: { _class_loader: 0, _next: 72 },
  InstanceKlass: { _class_loader_data: 144 },
  JNIHandleBlock: { _handles: 0, _top: 256, _next: 264 },
  CodeBlob: { _oop_maps: 48 },
  OopMapSet: { _om_count: 0, _om_size: 4, _om_data: 8 },
  OopMap: { _pc_offset: 0, _omv_count: 4, _omv_data_size: 8, _omv_data: 16 },
  XGlobalsForVMStructs: { _XAddressOffsetMask: 16 },
};

function made(fill: (tables: HotspotTables) => void, constants: Readonly<Record<string, number>> = {}) {
  const memory = new ProcessMemory().segment(base, 0x8000);
  const tables = new HotspotTables(memory, base, 0x8000, offsets);
  fill(tables);
  const libjvm = tables.libjvm({}, constants);
  const image = memory.process(memory.bytes(), [libjvm], 0);
  return VmStructs.read(libjvm, new MemoryWords(image.memory))!;
}

const released = (release: string, description = "") =>
  made((tables) => {
    tables.variable("VM_Version", "_s_vm_release", tables.text(release));
    tables.variable("VM_Version", "_s_internal_vm_info_string", tables.text(description));
  });

describe("releases", () => {
  it("are told by the JDK, not by the JVM, which had a version of its own to JDK 8", () => {
    const vm = "OpenJDK 64-Bit Server VM (25.504-b01) for linux-amd64 JRE (1.8.0_504-8u504-ga-1-b01), built";
    expect(jdkVersionOf(released("25.504-b01", vm))).toBe("1.8.0_504-8u504-ga-1-b01");
    expect(jdkVersionOf(released("25.0.3+9-LTS", "JRE (25.0.3+9-LTS)"))).toBe("25.0.3+9-LTS");
  });

  it.each([
    ["25.504-b01", "JRE (1.8.0_504-b01)", undefined],
    ["21.0.8+9-LTS", "", undefined],
    ["19.0.2+7", "", "JDK 19 was never tried"],
    ["21.0.8+9", "OpenJDK 64-Bit Server VM (21.0.8+9) for linux-aarch64 JRE", "On aarch64 stacks of threads"],
  ])("say so when they were never tried: %s", (release, description, words) => {
    const said = notVerifiedOf(released(release, description));
    if (words === undefined) expect(said).toBeUndefined();
    else expect(said).toContain(words);
  });
});

describe("JDK 8", () => {
  it("has classes of a loader in fields that its tables do not name", () => {
    const addresses: number[] = [];
    const structs = made((tables) => {
      tables.variable("CodeCache", "_heap", 1);
      const second = tables.room(200);
      const first = tables.room(200);
      const data = tables.room(88);
      addresses.push(data, first, second);
      tables.memory.words(data + 40, first);
      tables.memory.words(first + 136, second);
      tables.variable("ClassLoaderDataGraph", "_head", data);
    });
    const [loader, ...klasses] = addresses;
    expect([...klassLists(structs)]).toEqual([{ loader, klasses }]);
  });

  it("has global references in blocks, and one object in place of those given back", () => {
    const structs = made((tables) => {
      const block = tables.room(312);
      tables.memory.words(block, 0x8000_0000, 0x8000_0040, 0x8000_0080);
      tables.ints(block, "JNIHandleBlock", { _top: 3 });
      tables.variable("JNIHandles", "_global_handles", block);
      tables.variable("JNIHandles", "_deleted_handle", 0x8000_0040);
    });
    expect(globalsInBlocks(structs)).toEqual([0x8000_0000, 0x8000_0080]);
  });

  it("has a map of objects for each return address in a block of its own", () => {
    let blob = 0;
    const constants = {
      "OopMapValue::register_shift": 5,
      "OopMapValue::oop_value": 1,
      "OopMapValue::narrowoop_value": 4,
      "OopMapValue::callee_saved_value": 8,
      "OopMapValue::derived_oop_value": 16,
    };
    const structs = made((tables) => {
      tables.variable("VMRegImpl", "stack0", 4);
      blob = tables.room(80);
      // On the stack 8 bytes up, narrow 12 bytes up, saved register 2, and in register 3.
      const stream = tables.room(8);
      tables.memory.write(stream, [(6 << 5) | 1, 0, (7 << 5) | 4, 0, (2 << 5) | 8, 2, (3 << 5) | 1]);
      const maps = [0x10, 0x40].map((offset) => {
        const map = tables.room(32);
        tables.ints(map, "OopMap", { _pc_offset: offset, _omv_count: offset === 0x40 ? 4 : 0 });
        return tables.fill(map, "OopMap", { _omv_data: stream });
      });
      const set = tables.room(16);
      tables.ints(set, "OopMapSet", { _om_count: 2, _om_size: 2 });
      tables.fill(set, "OopMapSet", { _om_data: tables.words(...maps) });
      tables.fill(blob, "CodeBlob", { _oop_maps: set });
    }, constants);
    const code = { structs, words: structs.words, scopes: { form: { first: 192, excess: 0 } } };
    const at = (offset: number) =>
      oopSlotsAt(
        code as unknown as JavaCode,
        { address: blob, code: { start: 0x9000, end: 0x9100 } } as CodeBlob,
        0x9000 + offset,
      );
    expect(at(0x40)).toEqual([
      { isNarrow: false, stackAt: 8 },
      { isNarrow: true, stackAt: 12 },
      { isNarrow: false, register: 3 },
    ]);
    expect(at(0x10)).toEqual([]);
    expect(at(0x20)).toBeUndefined();
  });

  it("writes locks of classes into dumps under a name without brackets", () => {
    expect(["init_lock", "<init_lock>", "<resolved_references>", "lock"].map(isPseudoStatic)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});

describe("ZGC without generations beside the one with them", () => {
  it.each([
    [0x3ff_ffff_ffff, "X"],
    [0, "Z"],
  ])("is the one whose mask is set: %i", (mask, letter) => {
    const structs = made((tables) => {
      const globals = tables.room(80);
      tables.fill(globals, "XGlobalsForVMStructs", { _XAddressOffsetMask: tables.word(mask) });
      tables.variable("XGlobalsForVMStructs", "_instance_p", globals);
    });
    expect(zLetter(structs)).toBe(letter);
  });
});

describe("references of ZGC with generations", () => {
  it.each([
    ["x86-64: by the lowest set bit of the shift", 12, (0x1234_5678n << 14n) | 0x25a0n],
    ["aarch64: always by all of the colour", 16, (0x1234_5678n << 16n) | 0x25a0n],
  ])("are shifted, on %s", (_machine, lowestColourBit, raw) => {
    expect(addressOfReference({ form: "shifted", lowestColourBit }, raw)).toBe(0x1234_5678);
  });
});
