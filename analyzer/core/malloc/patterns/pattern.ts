/** What a block can be told to be by its contents and by what points at it, without debug information. */
export const blockPatterns = [
  "std::string text",
  "copy-on-write std::string text",
  "std::vector elements",
  "std::deque map",
  "std::deque elements",
  "std::list node",
  "std::map or set node",
  "std::unordered_map or set node",
  "std::unordered_map or set buckets",
  "shared_ptr control block",
  "OpenSSL SSL",
  "OpenSSL SSL_CTX",
  "C string",
] as const;

export type BlockPattern = (typeof blockPatterns)[number];

/** What each block was recognised as: a byte for each. */
export class BlockPatterns {
  private readonly kinds: Uint8Array;

  constructor(count: number) {
    this.kinds = new Uint8Array(count);
  }

  of(index: number): BlockPattern | undefined {
    const kind = this.kinds[index] ?? 0;
    return kind === 0 ? undefined : blockPatterns[kind - 1];
  }

  /** What a block is stays as it was told first. */
  tell(index: number, pattern: BlockPattern): void {
    if (this.kinds[index] === 0) this.kinds[index] = blockPatterns.indexOf(pattern) + 1;
  }
}
