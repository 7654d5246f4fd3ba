import { segmentType } from "../../formats/elf/constants";
import type { ProcessSnapshot } from "../processSnapshot";
import { ElfObjectFile } from "./elfObjectFile";
import { linkMapOf } from "./moduleList";

const longestDynamic = 1 << 16;

/**
 * Tells the memory's log what debuggers read of the dynamic loader: its list of modules with their names, and the
 * dynamic section of each module, which may be writable.
 */
export function noteElfStructures({ memory, auxiliaryVector, modules }: ProcessSnapshot): void {
  const log = memory.structureLog;
  if (log === undefined) return;
  linkMapOf(memory, auxiliaryVector, undefined);
  for (const { headers, bias } of modules) {
    if (!(headers instanceof ElfObjectFile)) continue;
    for (const { type, address, memoryBytes } of headers.elf.segments) {
      if (type !== segmentType.dynamic) continue;
      log.add(Number(BigInt.asUintN(64, address + bias)), Math.min(memoryBytes, longestDynamic));
    }
  }
}
