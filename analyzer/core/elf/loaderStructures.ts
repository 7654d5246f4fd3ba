import { segmentType } from "../../formats/elf/constants";
import type { ElfFile } from "../../formats/elf/elfFile";
import { protection } from "../memorySegment";
import type { AddressSpan } from "../privacy/redactionPlan";
import type { ProcessSnapshot } from "../processSnapshot";
import { ElfObjectFile } from "./elfObjectFile";
import { linkMapOf } from "./moduleList";

const longestDynamic = 1 << 16;

/**
 * Tells the memory's log what debuggers read of the dynamic loader: its list of modules with their names, and the
 * dynamic section of each module, which may be writable.
 * @param executable the user's program, where the core has no headers of it
 */
export function noteElfStructures(
  { memory, auxiliaryVector, modules }: ProcessSnapshot,
  executable: ElfFile | undefined,
): void {
  const log = memory.structureLog;
  if (log === undefined) return;
  linkMapOf(memory, auxiliaryVector, executable);
  for (const { headers, bias } of modules) {
    if (!(headers instanceof ElfObjectFile)) continue;
    for (const { type, address, memoryBytes } of headers.elf.segments) {
      if (type !== segmentType.dynamic) continue;
      log.add(Number(BigInt.asUintN(64, address + bias)), Math.min(memoryBytes, longestDynamic));
    }
  }
}

const pageBytes = 4096;

/**
 * Where constants of modules are, ascending: read-only data without the tables for unwinding, which end such a part,
 * and what is read-only once the loader is done. Headers with the tables of symbols are not among them, nor code.
 */
export function elfConstants({ modules }: ProcessSnapshot): AddressSpan[] {
  const ranges: AddressSpan[] = [];
  for (const { headers, bias } of modules) {
    if (!(headers instanceof ElfObjectFile)) continue;
    const at = (address: bigint) => Number(BigInt.asUintN(64, address + bias));
    const unwinding = headers.elf.segments.find(({ type }) => type === segmentType.ehFrame);
    for (const { address, memoryBytes, fileOffset, protection: allowed } of headers.segments) {
      if (fileOffset === 0 || (allowed & protection.execute) !== 0) continue;
      const start = at(address);
      const end = start + memoryBytes;
      const tables = unwinding === undefined ? end : at(unwinding.address);
      ranges.push({
        start: start - (start % pageBytes),
        end: tables >= start && tables < end ? tables : end,
      });
    }
  }
  return ranges.sort((a, b) => a.start - b.start);
}
