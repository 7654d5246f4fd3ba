import { expect, it } from "vitest";
import { standardLibrariesOf } from "../../../../analyzer/core/malloc/patterns/standardLibraries";
import { protection } from "../../../../analyzer/core/memorySegment";
import { moduleAt, ProcessMemory } from "../../../build/processMemory";

const program = 0x40_0000;

/** A process whose program has a text among its constants, with libraries beside it. */
function librariesOf(text: string | undefined, ...loaded: readonly string[]) {
  const memory = new ProcessMemory().segment(program, 0x1000);
  memory.write(program + 0x200, new TextEncoder().encode(text ?? ""));
  const constants = {
    address: BigInt(program),
    fileBytes: 0x1000,
    memoryBytes: 0x1000,
    fileOffset: 0,
    protection: protection.read,
  };
  const executable = { ...moduleAt(0, "/opt/shop", [program, program + 0x1000]), bias: 0n };
  const modules = [
    text === undefined ? executable : { ...executable, headers: { segments: [constants] } as never },
    ...loaded.map((path, index) => moduleAt(index + 1, path, [0x7f00_0000, 0x7f00_1000])),
  ];
  return standardLibrariesOf(memory.process(memory.bytes(), modules, program + 0xf00));
}

it.each([
  ["a C program", "usage: shop", ["/lib/libc.so.6"], false, false],
  ["libstdc++ beside it", "usage: shop", ["/lib/libstdc++.so.6"], true, false],
  ["libstdc++ beside it, with its types", "_ZTVN10__cxxabiv1", ["/lib/libstdc++.so.6"], true, false],
  ["libc++ beside it", "usage: shop", ["/lib/libc++.so.1", "/lib/libc++abi.so.1"], false, true],
  ["libstdc++ linked into it", "N9__gnu_cxx20recursive_init_errorE", ["/lib/libc.so.6"], true, false],
  ["libc++ linked into it", "N10__cxxabiv117__class_type_infoE", ["/lib/libc.so.6"], false, true],
  [
    "libc++ linked into it, libstdc++ beside it",
    "NSt3__112basic_stringE",
    ["/lib/libstdc++.so.6"],
    true,
    true,
  ],
  ["a program that is not there", undefined, ["/lib/libc.so.6"], true, true],
] as const)("whose containers there can be: %s", (_, text, loaded, libstdcxx, libcxx) => {
  expect(librariesOf(text, ...loaded)).toEqual({ libstdcxx, libcxx });
});
