/** What a symbol names. A label is a place in code nobody gave a kind, e.g. in assembly. */
export const symbolKind = { other: 0, label: 1, function: 2, object: 3 } as const;

export const symbolBinding = { local: 0, global: 1, weak: 2 } as const;

/** One symbol table as columns. Values are link-time addresses as numbers. */
export interface SymbolColumns {
  readonly count: number;
  readonly values: Float64Array;
  readonly sizes: Float64Array;
  /** See {@link symbolKind}. */
  readonly kinds: Uint8Array;
  /** See {@link symbolBinding}; other numbers are bindings without a meaning here. */
  readonly bindings: Uint8Array;
  /** Where the part of the file ends that a symbol lies in: no name reaches beyond it. Infinite where nothing tells. */
  readonly sectionEnds: Float64Array;
  /** Of machines with two instruction sets: where code of one begins. */
  readonly codeMarks?: readonly { readonly address: number; readonly isThumb: boolean }[];
  nameOf(index: number): string;
  /** How many underscores its name begins with. */
  underscoresOf(index: number): number;
  /** The first symbol of that name. */
  indexOf(name: string): number | undefined;
}
