import { lastPartOf } from "../../../base/pathNames";
import { protection } from "../../memorySegment";
import { moduleNameOf, type ProcessModule } from "../../modules/processModule";
import type { ProcessSnapshot } from "../../processSnapshot";
import type { Claim } from "../region";

/** Modules by what their program headers say, then every other mapped file of NT_FILE. */
export function recogniseFiles(image: ProcessSnapshot): Claim[] {
  const claims: Claim[] = [];
  const modules = new Map<string, ProcessModule>();
  for (const module of image.modules) {
    if (module.kind === "vdso") {
      claims.push(kernelClaim(Number(module.start), Number(module.end), "vdso"));
      continue;
    }
    modules.set(module.path, module);
    if (module.end <= 1n << 53n) for (const part of moduleParts(module)) claims.push(part);
  }
  for (const mapping of image.mappings) {
    if (mapping.end > 1n << 53n) continue;
    const path = mapping.path.replace(/ \(deleted\)$/, "");
    const range = { start: Number(mapping.start), end: Number(mapping.end), path: mapping.path };
    if (modules.has(mapping.path) || modules.has(path))
      claims.push({ ...range, kind: "library", category: "Libraries", label: lastPartOf(path), exact: true });
    else if (/^\/(?:dev\/shm\/|SYSV|memfd:|dev\/zero|anon_hugepage)/.test(path))
      claims.push({ ...range, kind: "shared-memory", category: "Shared memory", label: path, exact: true });
    else
      claims.push({
        ...range,
        kind: "mapped-file",
        category: "Mapped files",
        label: lastPartOf(path),
        exact: true,
      });
  }
  return claims;
}

/** Text, data and bss of a module: its PT_LOADs; what they have in memory beyond the file is bss. */
function moduleParts(module: ProcessModule): Claim[] {
  const name = moduleNameOf(module);
  const common = { category: "Libraries", exact: true, path: module.path };
  const claims: Claim[] = [];
  for (const load of module.headers?.segments ?? []) {
    if (load.memoryBytes === 0) continue;
    const start = Number(BigInt.asUintN(64, load.address + module.bias));
    const fileEnd = start + load.fileBytes;
    const end = start + load.memoryBytes;
    const isText = (load.protection & protection.execute) !== 0;
    const isData = (load.protection & protection.write) !== 0;
    claims.push({
      ...common,
      start: start - (start % 4096),
      end: roundUp(fileEnd),
      kind: isText ? "library-text" : "library-data",
      label: `${name} ${isText ? "text" : isData ? "data" : "read-only data"}`,
    });
    if (roundUp(end) > roundUp(fileEnd))
      claims.push({
        ...common,
        start: roundUp(fileEnd),
        end: roundUp(end),
        kind: "library-bss",
        label: `${name} bss`,
      });
  }
  return claims;
}

/** Kernel pages no module stands for: vvar lies just before the vdso. */
export function recogniseKernelPages(image: ProcessSnapshot): Claim[] {
  const vdso = image.modules.find((module) => module.kind === "vdso");
  if (vdso === undefined) return [];
  const claims: Claim[] = [];
  let at = vdso.start;
  for (let steps = 0; steps < 4; steps++) {
    const segment = image.memory.segmentOf(at - 1n);
    if (
      segment === undefined ||
      segment.end - segment.start > 0x10000n ||
      (segment.protection & protection.write) !== 0
    )
      break;
    claims.push(kernelClaim(Number(segment.start), Number(segment.end), "vvar"));
    at = segment.start;
  }
  return claims;
}

function kernelClaim(start: number, end: number, label: string): Claim {
  return { start, end, kind: "kernel", category: "Kernel", label, exact: true };
}

function roundUp(address: number): number {
  return Math.ceil(address / 4096) * 4096;
}
