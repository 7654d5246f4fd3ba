import type { ObjectFile } from "../objectFile";
import type { ProcessModule } from "./processModule";

const pageBytes = 4096n;

/**
 * Run-time minus link-time address of a module that neither headers nor the loader place: by the entry point of an
 * executable, else by what was mapped of the file, else by its first address.
 */
export function moduleBiasOf(
  module: ProcessModule,
  file: ObjectFile | undefined,
  entry: bigint | undefined,
): bigint {
  if (file === undefined || module.ranges.length === 0) return module.bias;
  if (module.kind === "executable" && entry !== undefined) return BigInt.asUintN(64, entry - file.entry);
  for (const { start, fileOffset } of module.mappings ?? []) {
    const load = file.segments.find(
      (segment) => BigInt(segment.fileOffset) / pageBytes === BigInt(fileOffset) / pageBytes,
    );
    if (load !== undefined) return BigInt.asUintN(64, start - (load.address & -pageBytes));
  }
  const first = file.segments[0];
  if (first === undefined) return module.bias;
  return BigInt.asUintN(64, module.start - (first.address - BigInt(first.fileOffset)));
}
