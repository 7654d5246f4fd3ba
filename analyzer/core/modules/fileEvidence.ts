import { readUpTo } from "../../base/byteSource";
import type { MemoryImage } from "../memoryImage";
import { protection } from "../memorySegment";
import type { FileEvidence, LoadSegment, ObjectFile } from "../objectFile";
import { moduleBiasOf } from "./moduleBias";
import type { ProcessModule } from "./processModule";

const pageBytes = 4096;
/** Of each part of a file, from the first page on that was dumped. */
const mostPagesCompared = 16;

/**
 * Compares a file with what a dump without the module's build id has of it. The memory must not have files yet that
 * stand for left-out pages. What was mapped where can only contradict: a library that is built again is often as large.
 * @param entry AT_ENTRY
 */
export function evidenceFor(
  module: ProcessModule,
  file: ObjectFile,
  memory: MemoryImage,
  entry: bigint | undefined,
): FileEvidence {
  const isPlaced = module.headers !== undefined || module.dynamic !== undefined;
  const bias = isPlaced ? module.bias : moduleBiasOf(module, file, entry);
  if (!isMappedLike(module, file.segments, bias)) return "differs";
  const data = file.loadedDataMatches({ bias, kind: module.kind }, module.dynamic, memory);
  const pages = comparePages(file, bias, memory);
  if (data === "differs" || pages === "differs") return "differs";
  return data === "same" || pages === "same" ? "same" : "none";
}

/** True unless a part of the file would be where something else of it was mapped, or nothing. */
function isMappedLike(
  { mappings = [] }: ProcessModule,
  segments: readonly LoadSegment[],
  bias: bigint,
): boolean {
  const isWhole = mappings[0]?.fileOffset === 0 && mappings.length > 1;
  return segments.every(({ address, fileOffset, fileBytes }) => {
    if (fileBytes === 0) return true;
    const start = BigInt.asUintN(64, address + bias) & BigInt(-pageBytes);
    const mapping = mappings.find((each) => start >= each.start && start < each.end);
    if (mapping === undefined) return !isWhole;
    return mapping.fileOffset + Number(start - mapping.start) === fileOffset - (fileOffset % pageBytes);
  });
}

/** Read-only pages that are in the dump. Code that is changed when it is loaded is a thing of the past. */
function comparePages(file: ObjectFile, bias: bigint, memory: MemoryImage): FileEvidence {
  let evidence: FileEvidence = "none";
  for (const { address, fileOffset, fileBytes, protection: allowed } of file.segments) {
    if ((allowed & protection.write) !== 0) continue;
    const start = Number(BigInt.asUintN(64, address + bias));
    const end = start + fileBytes;
    if (!Number.isSafeInteger(end)) continue;
    let at = memory.nextPresentAt(start, end);
    for (let page = 0; page < mostPagesCompared && at < end; page++) {
      const wanted = new Uint8Array(Math.min(pageBytes, end - at));
      const ours = wanted.subarray(0, memory.readAt(at, wanted));
      const theirs = readUpTo(file.source, fileOffset + (at - start), ours.length);
      if (ours.some((byte, index) => byte !== theirs[index])) return "differs";
      if (ours.length > 0) evidence = "same";
      at = memory.nextPresentAt(at + Math.max(1, ours.length), end);
    }
  }
  return evidence;
}
