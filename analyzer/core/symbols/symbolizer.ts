/** One function at an address; inlined ones come before the function that holds them. */
export interface SymbolFrame {
  /** As the source writes it, demangled; absent when nothing names it. */
  readonly function?: string;
  /** Path as the compiler recorded it, joined with its folders. */
  readonly file?: string;
  /** MD5 of that file's text when it was compiled, where debug information has it. */
  readonly md5?: string;
  readonly line?: number;
  readonly column?: number;
  /** True for every frame but the last one of the list. */
  readonly inlined: boolean;
}

/**
 * Names the functions at a link-time address of one module (run-time address minus bias; for return addresses the
 * caller has already subtracted one). Innermost first; empty when nothing is known there.
 */
export type Symbolize<Module> = (module: Module, relativeAddress: bigint) => readonly SymbolFrame[];
