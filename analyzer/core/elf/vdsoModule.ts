import { segmentType } from "../../formats/elf/constants";
import type { MemoryImage } from "../memoryImage";
import type { ProcessModule } from "../modules/processModule";
import { hasElfMagic } from "./elfMagic";
import { ElfObjectFile } from "./elfObjectFile";
import { elfOrUndefined } from "./elfOrUndefined";

const pageBytes = 4096n;
const vdsoBytes = 64 << 10;

/** The library the kernel maps into every process. */
export function vdsoModule(
  memory: MemoryImage,
  address: bigint | undefined,
): Omit<ProcessModule, "index"> | undefined {
  if (address === undefined || hasElfMagic(memory, address) !== true) return undefined;
  const segment = memory.segmentOf(address);
  const end = segment?.end ?? address + pageBytes;
  const source = memory.sourceAt("[vdso]", address, Math.min(Number(end - address), vdsoBytes));
  const headers = elfOrUndefined(source);
  if (headers === undefined) return undefined;
  const load = headers.segments.find(({ type }) => type === segmentType.load);
  const file = new ElfObjectFile(headers);
  return {
    path: "[vdso]",
    kind: "vdso",
    start: address,
    end,
    ranges: [{ start: address, end }],
    bias: BigInt.asUintN(64, address - (load === undefined ? 0n : load.address - BigInt(load.offset))),
    headers: file,
    ...(file.buildId === undefined ? {} : { buildId: file.buildId }),
  };
}
