import type { Architecture } from "../architecture";
import type { MemoryImage } from "../memoryImage";
import { protection } from "../memorySegment";
import type { LoadedModule } from "../modules/loadedModule";
import type { GeneratedCode } from "./generatedCode";

export interface UnwindInputs {
  readonly architecture: Architecture;
  readonly memory: MemoryImage;
  readonly moduleAt: (address: bigint) => LoadedModule | undefined;
  /** AT_ENTRY: where the program began, so that nobody called what is there. */
  readonly entry?: bigint;
  /** Code a virtual machine made; asked for where no module is, or its own. */
  readonly generatedCode?: () => GeneratedCode | undefined;
}

export function isCode(address: bigint, { memory, moduleAt }: UnwindInputs): boolean {
  const allowed = memory.protectionAt(address);
  if (allowed !== undefined) return (allowed & protection.execute) !== 0;
  return moduleAt(address)?.isCode(address) ?? false;
}
