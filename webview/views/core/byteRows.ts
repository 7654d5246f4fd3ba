/** Sixteen bytes of memory as a table shows them. */
export interface ByteRow {
  readonly address: string;
  /** `7f 45 4c 46 …`; `··` for bytes the core does not have. */
  readonly hex: string;
  /** Printable ASCII, dots for the rest. */
  readonly text: string;
  /** True when none of the bytes is in the core. */
  readonly isAbsent: boolean;
}

export const bytesInRow = 16;

export interface MemoryPiece {
  /** Base64. */
  readonly data: string;
  readonly absent: readonly { readonly start: string; readonly end: string }[];
}

/** Cuts a piece of memory into rows. @param start a multiple of the row's length */
export function byteRowsOf(start: bigint, { data, absent }: MemoryPiece): ByteRow[] {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const missing = absent.map((each) => ({
    start: Number(BigInt(each.start) - start),
    end: Number(BigInt(each.end) - start),
  }));
  const rows: ByteRow[] = [];
  for (let at = 0; at < bytes.length; at += bytesInRow) {
    const part = [...bytes.subarray(at, at + bytesInRow)];
    const isMissing = part.map((_, index) =>
      missing.some((gap) => gap.start <= at + index && at + index < gap.end),
    );
    rows.push({
      address: `0x${(start + BigInt(at)).toString(16)}`,
      hex: part
        .map((byte, index) => (isMissing[index] ? "··" : byte.toString(16).padStart(2, "0")))
        .map((pair, index) => (index === bytesInRow / 2 ? ` ${pair}` : pair))
        .join(" "),
      text: part
        .map((byte, index) =>
          isMissing[index] ? " " : byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".",
        )
        .join(""),
      isAbsent: isMissing.every((each) => each),
    });
  }
  return rows;
}
