import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Capstone, CapstoneDecoder } from "@alexaltea/capstone-js";
import type { ArchitectureName } from "../../core/architecture";

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

let capstone: Promise<Capstone> | undefined;

/** The disassembler (Capstone, BSD licence) for a machine; its code is read when first needed. */
export async function disassemblerFor(architecture: ArchitectureName): Promise<Disassembler> {
  capstone ??= import("@alexaltea/capstone-js").then(({ default: load }) =>
    load({ wasmBinary: readFileSync(wasmPath()) }),
  );
  const library = await capstone;
  const isX86 = architecture === "x86_64" || architecture === "i386";
  const decoder = decoderFor(library, architecture);
  return {
    unit: isX86 ? 1 : 4,
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

function decoderFor(library: Capstone, architecture: ArchitectureName): CapstoneDecoder {
  switch (architecture) {
    case "x86_64":
      return new library.Capstone(library.ARCH_X86, library.MODE_64);
    case "i386":
      return new library.Capstone(library.ARCH_X86, library.MODE_32);
    case "aarch64":
      return new library.Capstone(library.ARCH_ARM64, library.MODE_ARM);
    case "arm":
      return new library.Capstone(library.ARCH_ARM, library.MODE_ARM);
  }
}

/** Beside the bundle, or in the package when the sources run unbundled. */
function wasmPath(): string {
  const bundled = join(__dirname, "capstone.wasm");
  if (existsSync(bundled)) return bundled;
  return createRequire(join(__dirname, "x.js")).resolve("@alexaltea/capstone-js/dist/capstone.wasm");
}
