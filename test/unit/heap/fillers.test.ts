import { expect, it } from "vitest";
import { fillerWords } from "../../../analyzer/heap/java/objects/fillers";
import { HprofBuilder } from "../../build/hprofBuilder";
import { openBytes } from "../../build/openBytes";

async function wordsFor(className: string, ...loaded: readonly string[]): Promise<string | undefined> {
  const builder = new HprofBuilder().class(0x10n, "java/lang/Object").class(0x20n, "[I", { super: 0x10n });
  loaded.forEach((name, at) => {
    builder.class(0x100n + 16n * BigInt(at), name, { super: 0x10n });
  });
  const { heap } = await openBytes(builder.root("sticky-class", 0x10n).build());
  return fillerWords(heap, className);
}

it("knows filler of the collector by its classes", async () => {
  const words = "filler of the collector between objects";
  const fillers = ["jdk/internal/vm/FillerObject", "[Ljdk/internal/vm/FillerElement;"];
  expect(await wordsFor("jdk.internal.vm.FillerObject", ...fillers)).toBe(words);
  expect(await wordsFor("jdk.internal.vm.FillerElement[]", ...fillers)).toBe(words);
  expect(await wordsFor("demo.FillerObject", ...fillers)).toBeUndefined();
});

it("says of int[] that it may be filler where the JVM has no class for it", async () => {
  expect(await wordsFor("int[]")).toBe("some may be filler of the collector between objects");
  expect(await wordsFor("int[]", "jdk/internal/vm/FillerObject")).toBeUndefined();
  expect(await wordsFor("byte[]")).toBeUndefined();
});
