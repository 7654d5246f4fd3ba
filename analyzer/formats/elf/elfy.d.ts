/** The part of elfy 1.0.0 that `elfTables.ts` uses; the package ships no types. */
declare module "elfy" {
  export interface Header {
    readonly class: "32" | "64";
    readonly endian: "lsb" | "msb";
    readonly entry: number;
    readonly phoff: number;
    readonly shoff: number;
    readonly flags: number;
    readonly phentsize: number;
    readonly phnum: number;
    readonly shentsize: number;
    readonly shnum: number;
    readonly shstrndx: number;
  }
  export interface Program {
    readonly offset: number;
    readonly filesz: number;
    readonly memsz: number;
    readonly align: number;
  }
  export interface Section {
    readonly name: number;
    readonly off: number;
    readonly size: number;
    readonly link: number;
    readonly info: number;
  }
  class Parser {
    setEndian(endian: "lsb" | "msb"): void;
    parseHeader(bytes: Uint8Array): Header;
    parseProgram(entry: Uint8Array, header: Header, file: Uint8Array): Program;
    parseSection(entry: Uint8Array, header: Header, file: Uint8Array): Section;
  }
  const elfy: { readonly Parser: typeof Parser };
  export default elfy;
}
