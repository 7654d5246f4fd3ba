import { expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { ProblemList } from "../../../analyzer/base/problems";
import { loadedDataMatches } from "../../../analyzer/core/elf/loadedData";
import { readElfFile } from "../../../analyzer/formats/elf/elfFile";
import { firstPageOf } from "../../build/linkedProcess";
import { ProcessMemory } from "../../build/processMemory";

const bias = 0x7000_0000n;
const place = 0x800;
const needed = 1;
const symbols = 6;
/** DT_PPC64_GLINK. */
const glink = 0x7000_0000;

/** What a file's dynamic section tells against what the process has of it, tags and values in turn. */
function evidence(inFile: readonly (number | bigint)[], loaded: readonly (number | bigint)[]) {
  const bytes = firstPageOf([
    { type: 1, flags: 6, offset: 0, address: 0n, bytes: 4096 },
    { type: 2, flags: 6, offset: place, address: BigInt(place), bytes: 8 * inFile.length },
  ]);
  const view = new DataView(bytes.buffer);
  for (const [index, word] of inFile.entries()) view.setBigUint64(place + 8 * index, BigInt(word), true);
  const memory = new ProcessMemory().segment(Number(bias), 4096);
  memory.words(Number(bias) + place, ...loaded);
  const { memory: image } = memory.process(memory.bytes(), [], Number(bias));
  const elf = readElfFile(new BytesSource("library", bytes), new ProblemList());
  return loadedDataMatches(elf, bias, bias + BigInt(place), image);
}

it("takes a file for what ran whose dynamic section the loader changed in known ways only", () => {
  const file = [needed, 5, symbols, 0x300, 0, 0];
  expect(evidence(file, file)).toBe("same");
  expect(evidence(file, [needed, 5, symbols, 0x300n + bias, 0, 0])).toBe("same");
  expect(evidence(file, [needed, 6, symbols, 0x300, 0, 0])).toBe("differs");
  expect(evidence(file, [needed, 5, symbols, 0x301n + bias, 0, 0])).toBe("differs");
  expect(evidence(file, [needed, 5, symbols + 1, 0x300, 0, 0])).toBe("differs");
});

it("does not count what a machine's own entries hold: Power's loader adds its bias twice", () => {
  const file = [needed, 5, glink, 0x400, 0, 0];
  expect(evidence(file, [needed, 5, glink, 0x400n + 2n * bias, 0, 0])).toBe("same");
  expect(evidence(file, [needed, 6, glink, 0x400n + 2n * bias, 0, 0])).toBe("differs");
});
