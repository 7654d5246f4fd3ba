import { machine } from "../../../formats/elf/constants";
import type { ElfEncoding } from "../../../formats/elf/elfTables";
import { aarch64 } from "./aarch64";
import { arm } from "./arm";
import { i386 } from "./i386";
import { mips } from "./mips";
import { ppc, ppc64, ppc64le } from "./power";
import { riscv64 } from "./riscv64";
import { s390, s390x } from "./s390x";
import type { ElfMachine } from "./shape";
import { x86_64 } from "./x86_64";

export type { ElfMachine, ThreadLocalLayout } from "./shape";

const byNumber: Readonly<Record<number, readonly ElfMachine[]>> = {
  [machine.x86_64]: [x86_64],
  [machine.aarch64]: [aarch64],
  [machine.i386]: [i386],
  [machine.arm]: [arm],
  [machine.riscv]: [riscv64],
  [machine.ppc64]: [ppc64le, ppc64],
  [machine.ppc]: [ppc],
  [machine.s390]: [s390x, s390],
  [machine.mips]: Object.values(mips),
};

/** @returns undefined also for a known machine with pointers of another width (x32), or another byte order */
export function machineOf(header: ElfEncoding & { readonly machine: number }): ElfMachine | undefined {
  return byNumber[header.machine]?.find(
    ({ architecture: { pointerBytes, littleEndian } }) =>
      pointerBytes === header.bits / 8 && littleEndian === header.littleEndian,
  );
}
