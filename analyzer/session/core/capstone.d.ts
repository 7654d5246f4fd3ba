declare module "@alexaltea/capstone-js" {
  export interface CapstoneInstruction {
    readonly address: bigint;
    readonly size: number;
    readonly mnemonic: string;
    readonly op_str: string;
  }
  export interface CapstoneDecoder {
    /** Throws a text when nothing can be decoded at the first byte. */
    disasm(bytes: ArrayLike<number>, address: bigint, most?: number): CapstoneInstruction[];
  }
  export interface Capstone {
    readonly ARCH_X86: number;
    readonly ARCH_ARM: number;
    readonly ARCH_ARM64: number;
    readonly ARCH_RISCV: number;
    readonly ARCH_PPC: number;
    readonly ARCH_SYSZ: number;
    readonly ARCH_MIPS: number;
    readonly MODE_32: number;
    readonly MODE_64: number;
    readonly MODE_THUMB: number;
    readonly MODE_MIPS32: number;
    readonly MODE_MIPS64: number;
    readonly MODE_RISCV64: number;
    readonly MODE_RISCVC: number;
    readonly MODE_BIG_ENDIAN: number;
    readonly Capstone: new (architecture: number, mode: number) => CapstoneDecoder;
  }
  export default function load(options: { readonly wasmBinary: Uint8Array }): Promise<Capstone>;
}
