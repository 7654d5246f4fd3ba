import type { ElfFile } from "../../formats/elf/elfFile";
import { auxiliary } from "../auxiliaryVector";
import type { MemoryImage } from "../memoryImage";
import type { ProcessModule } from "../modules/processModule";
import type { ModuleKind } from "../objectFile";
import { interpreterOf, linkedModule } from "./linkedModules";
import { executableBias, type LinkMapEntry, readLinkMap } from "./linkMap";
import { mappedFiles, moduleOfMappings } from "./mappedModules";
import { vdsoModule } from "./vdsoModule";

/** A module before all of them are put in order. */
type UnnumberedModule = Omit<ProcessModule, "index">;

/**
 * Every executable and library the process had mapped: from NT_FILE, the vdso of the auxiliary vector, and the
 * dynamic loader's own list for cores without NT_FILE (qemu-user, Linux before 3.7) and for modules NT_FILE leaves out.
 *
 * @param executable the user's program, needed only when the core holds neither NT_FILE nor program headers
 */
export function listModules(
  memory: MemoryImage,
  auxiliaryVector: ReadonlyMap<number, bigint>,
  executable: ElfFile | undefined,
  executablePath: string,
): ProcessModule[] {
  const programHeaders = auxiliaryVector.get(auxiliary.programHeaders) ?? 0n;
  const linkMap = linkMapOf(memory, auxiliaryVector, executable);
  const kindOf = ({ ranges, bias }: Pick<ProcessModule, "ranges" | "bias">): ModuleKind => {
    const holds = (address: bigint | undefined) =>
      address !== undefined && ranges.some(({ start, end }) => address >= start && address < end);
    if (holds(auxiliaryVector.get(auxiliary.entry)) || holds(linkMap[0]?.dynamic)) return "executable";
    const interpreter = auxiliaryVector.get(auxiliary.interpreterBase);
    return holds(interpreter) || (interpreter !== undefined && interpreter !== 0n && bias === interpreter)
      ? "loader"
      : "library";
  };
  const found: UnnumberedModule[] = [];
  for (const mappings of mappedFiles(memory)) {
    const module = moduleOfMappings(memory, mappings, linkMap, programHeaders);
    if (module !== undefined) found.push({ ...module, kind: kindOf(module) });
  }
  const vdso = vdsoModule(memory, auxiliaryVector.get(auxiliary.vdso));
  if (vdso !== undefined) found.push(vdso);
  for (const [position, linked] of linkMap.entries()) {
    // Modules that run where they were linked to, the executable or prelinked libraries, all have the bias 0.
    const isThis = ({ ranges, bias }: UnnumberedModule) =>
      (bias !== 0n && bias === linked.bias) ||
      ranges.some(({ start, end }) => linked.dynamic >= start && linked.dynamic < end);
    if (found.some(isThis)) continue;
    const isExecutable = position === 0;
    // The loader's own name may lie in a page of the executable that the core left out.
    const path = isExecutable ? executablePath : linked.path || (interpreterOf(executable) ?? "");
    const module = linkedModule(memory, linked, path, isExecutable ? programHeaders : undefined);
    found.push({ ...module, kind: isExecutable ? "executable" : kindOf(module) });
  }
  if (!found.some(({ kind }) => kind === "executable") && executable !== undefined) {
    const bias = executableBias(auxiliaryVector.get(auxiliary.entry) ?? 0n, executable);
    found.push({ path: executablePath, kind: "executable", start: bias, end: bias, ranges: [], bias });
  }
  found.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  return found.map((module, index) => ({ index, ...module }));
}

/** The dynamic loader's own list, from what the auxiliary vector says of the executable. */
export function linkMapOf(
  memory: MemoryImage,
  auxiliaryVector: ReadonlyMap<number, bigint>,
  executable: ElfFile | undefined,
): LinkMapEntry[] {
  const headers = {
    address: auxiliaryVector.get(auxiliary.programHeaders) ?? 0n,
    count: Number(auxiliaryVector.get(auxiliary.programHeaderCount) ?? 0n),
    entry: auxiliaryVector.get(auxiliary.entry) ?? 0n,
  };
  return readLinkMap(memory, headers, executable);
}
