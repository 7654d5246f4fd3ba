import { aarch64 } from "./architectures/aarch64";
import { arm } from "./architectures/arm";
import { i386 } from "./architectures/i386";
import { mips, mips64 } from "./architectures/mips";
import { ppc, ppc64 } from "./architectures/power";
import { riscv64 } from "./architectures/riscv64";
import { s390, s390x } from "./architectures/s390x";
import type { Architecture, ArchitectureName } from "./architectures/shape";
import { x86_64 } from "./architectures/x86_64";

export type { Architecture, ArchitectureName, SignalTrampoline } from "./architectures/shape";

/** Machines by their names, in the byte order their processes usually have. */
export const architectures: Readonly<Record<ArchitectureName, Architecture>> = {
  ...{ x86_64, aarch64, i386, arm, riscv64 },
  ...{ ppc64, ppc, s390x, s390, mips64, mips },
};
