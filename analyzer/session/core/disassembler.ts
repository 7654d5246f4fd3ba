import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Capstone, CapstoneDecoder } from "@alexaltea/capstone-js";
import type { Architecture, ArchitectureName } from "../../core/architecture";

export interface Instruction {
  readonly address: bigint;
  readonly size: number;
  readonly text: string;
}

/** Decodes machine code. */
export interface Disassembler {
  /** Bytes of the smallest instruction. */
  readonly unit: number;
  /** Instructions from the first byte on, until the bytes end or are none. */
  decode(bytes: Uint8Array, address: bigint, most: number): Instruction[];
}

/** Longest x86 instruction; nothing longer exists on the other machines. */
export const longestInstruction = 15;

interface Decoder {
  /** Bytes of the smallest instruction. */
  readonly unit: number;
  readonly machine: Extract<keyof Capstone, `ARCH_${string}`>;
  readonly mode: readonly Extract<keyof Capstone, `MODE_${string}`>[];
}

const bigEndianMode = ["MODE_BIG_ENDIAN"] as const;

const decoders: Readonly<Record<ArchitectureName, Decoder>> = {
  x86_64: { unit: 1, machine: "ARCH_X86", mode: ["MODE_64"] },
  i386: { unit: 1, machine: "ARCH_X86", mode: ["MODE_32"] },
  aarch64: { unit: 4, machine: "ARCH_ARM64", mode: [] },
  arm: { unit: 4, machine: "ARCH_ARM", mode: [] },
  riscv64: { unit: 2, machine: "ARCH_RISCV", mode: ["MODE_RISCV64", "MODE_RISCVC"] },
  ppc64: { unit: 4, machine: "ARCH_PPC", mode: ["MODE_64"] },
  ppc: { unit: 4, machine: "ARCH_PPC", mode: ["MODE_32"] },
  s390x: { unit: 2, machine: "ARCH_SYSZ", mode: [] },
  s390: { unit: 2, machine: "ARCH_SYSZ", mode: [] },
  mips64: { unit: 4, machine: "ARCH_MIPS", mode: ["MODE_MIPS64"] },
  mips: { unit: 4, machine: "ARCH_MIPS", mode: ["MODE_MIPS32"] },
};

const thumb: Decoder = { unit: 2, machine: "ARCH_ARM", mode: ["MODE_THUMB"] };

let capstone: Promise<Capstone> | undefined;

/**
 * The disassembler (Capstone, BSD licence) for a machine; its code is read when first needed.
 * @param isThumb for the other instruction set of 32-bit Arm
 */
export async function disassemblerFor(architecture: Architecture, isThumb = false): Promise<Disassembler> {
  capstone ??= import("@alexaltea/capstone-js").then(({ default: load }) =>
    load({ wasmBinary: readFileSync(wasmPath()) }),
  );
  const library = await capstone;
  const { unit, machine, mode } = isThumb ? thumb : decoders[architecture.name];
  const order = architecture.littleEndian ? [] : bigEndianMode;
  const modes = [...mode, ...order].map((name) => library[name]);
  const decoder = new library.Capstone(
    library[machine],
    modes.reduce((all, each) => all + each, 0),
  );
  return {
    unit,
    decode: (bytes, address, most) => {
      let found: ReturnType<CapstoneDecoder["disasm"]>;
      try {
        found = decoder.disasm(bytes, address, most);
      } catch (thrown) {
        // The library's way to say that there is no instruction.
        if (typeof thrown === "string") return [];
        throw thrown;
      }
      return found.map(({ address: at, size, mnemonic, op_str: operands }) => ({
        address: at,
        size,
        text: operands === "" ? mnemonic : `${mnemonic} ${operands}`,
      }));
    },
  };
}

/** Beside the bundle, or in the package when the sources run unbundled. */
function wasmPath(): string {
  const bundled = join(__dirname, "capstone.wasm");
  if (existsSync(bundled)) return bundled;
  return createRequire(join(__dirname, "x.js")).resolve("@alexaltea/capstone-js/dist/capstone.wasm");
}
