/** What blocks are called by what they are, as far as that can be told. */
export interface BlockNames {
  /** C++ class by virtual table, type of a Go object. */
  typeOf(block: number): string | undefined;
  /** What it was recognised as otherwise. */
  patternOf(block: number): string | undefined;
  /** What is known of a block without a name, besides its size. */
  restOf?(block: number): string;
}
