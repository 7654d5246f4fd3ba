import { machine } from "../../../formats/elf/constants";
import type { ElfEncoding } from "../../../formats/elf/elfTables";
import { elfAarch64 } from "./aarch64";
import { elfArm } from "./arm";
import { elfI386 } from "./i386";
import { elfMips } from "./mips";
import { elfPpc, elfPpc64, elfPpc64le } from "./power";
import { elfRiscv64 } from "./riscv64";
import { elfS390, elfS390x } from "./s390x";
import type { ElfMachine } from "./shape";
import { elfX86_64 } from "./x86_64";

export type { ElfMachine, ThreadLocalLayout } from "./shape";

const byNumber: Readonly<Record<number, readonly ElfMachine[]>> = {
  [machine.x86_64]: [elfX86_64],
  [machine.aarch64]: [elfAarch64],
  [machine.i386]: [elfI386],
  [machine.arm]: [elfArm],
  [machine.riscv]: [elfRiscv64],
  [machine.ppc64]: [elfPpc64le, elfPpc64],
  [machine.ppc]: [elfPpc],
  [machine.s390]: [elfS390x, elfS390],
  [machine.mips]: Object.values(elfMips),
};

/** @returns undefined also for a known machine with pointers of another width (x32), or another byte order */
export function machineOf(header: ElfEncoding & { readonly machine: number }): ElfMachine | undefined {
  return byNumber[header.machine]?.find(
    ({ architecture: { pointerBytes, littleEndian } }) =>
      pointerBytes === header.bits / 8 && littleEndian === header.littleEndian,
  );
}
