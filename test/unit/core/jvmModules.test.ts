import { expect, it } from "vitest";
import { jvmWithoutTables, missingTables } from "../../../analyzer/core/hotspot/javaVirtualMachine";
import { jvmModuleOf, jvmModulesOf } from "../../../analyzer/core/hotspot/jvmModules";
import type { MemorySegment } from "../../../analyzer/core/memorySegment";
import type { ProcessModule } from "../../../analyzer/core/modules/processModule";
import type { ProcessSnapshot, Truncation } from "../../../analyzer/core/processSnapshot";
import { moduleAt } from "../../build/processMemory";
import { javaMemory } from "../../fuzz/seeds/javaMemory";

const path = "/opt/jdk/lib/server/libjvm.so";
const module = { path, start: 0x1000n, end: 0x9000n, buildId: "ab12" } as ProcessModule;
const code = { start: 0x1000n, end: 0x4000n, protection: 5, dumpedBytes: 0 };
const data = { start: 0x4000n, end: 0x6000n, protection: 6, dumpedBytes: 0x2000 };
const bss = { start: 0x6000n, end: 0x9000n, protection: 6, dumpedBytes: 0x3000 };
const stack = { start: 0xf000n, end: 0xffffn, protection: 6, dumpedBytes: 0 };

function wordsOf(segments: readonly Partial<MemorySegment>[], truncation?: object): string {
  const image = { memory: { segments }, ...(truncation && { truncation: truncation as Truncation }) };
  return missingTables(jvmWithoutTables(image as unknown as ProcessSnapshot, module));
}

it("asks for the file of a JVM only where that helps", () => {
  expect(wordsOf([code, data, bss, stack])).toMatch(
    / in \/opt\/jdk\/lib\/server\/libjvm\.so with build id ab12: put /,
  );
  expect(wordsOf([code, data, bss, stack], {})).toMatch(/libjvm\.so with build id ab12/);
  const lostData = [code, { ...data, dumpedBytes: 0 }, bss, stack];
  expect(wordsOf(lostData, {})).toBe("the core ends before the tables of its JVM");
  expect(wordsOf(lostData)).toMatch(/^the core was written without the memory of the process /);
});

it("is read of the JVM that runs, where another one's library is mapped too", () => {
  const { memory, libjvm } = javaMemory("UseSerialGC");
  const other = moduleAt(0, "/opt/other/libjvm.so", [0x40_0000, 0x40_1000]);
  const process = memory.process(memory.bytes(), [other, libjvm], 0);
  expect(jvmModulesOf(process)).toHaveLength(2);
  expect(jvmModuleOf(process)?.path).toBe(libjvm.path);
  expect(jvmModuleOf(memory.process(memory.bytes(), [other], 0))?.path).toBe(other.path);
});
