import { protection } from "../memorySegment";
import type { ProcessModule } from "../modules/processModule";
import type { ProcessSnapshot } from "../processSnapshot";

const pieceBytes = 1 << 20;
/** Constants of larger programs are looked at in part. */
const mostBytes = 256 << 20;

export interface TextsFound {
  /** In the order in which they were found. */
  readonly texts: readonly string[];
  /** True when there were constants to look at. */
  readonly isRead: boolean;
}

/**
 * Which of some texts the constants of a program hold.
 * @param most that are looked for
 */
export function findTexts(
  image: ProcessSnapshot,
  program: ProcessModule,
  wanted: readonly string[],
  most = wanted.length,
): TextsFound {
  const piece = new Uint8Array(pieceBytes);
  const overlap = wanted.reduce((longest, text) => Math.max(longest, text.length), 0);
  const texts: string[] = [];
  let isRead = false;
  let rest = mostBytes;
  for (const segment of program.headers?.segments ?? []) {
    if ((segment.protection & protection.write) !== 0) continue;
    const start = Number(BigInt.asUintN(64, segment.address + program.bias));
    for (let at = start; at < start + segment.fileBytes && rest > 0; at += pieceBytes - overlap) {
      const length = Math.min(pieceBytes, start + segment.fileBytes - at);
      const got = image.memory.readAt(at, piece.subarray(0, length));
      rest -= pieceBytes;
      if (got < overlap) continue;
      isRead = true;
      const content = latin1.decode(piece.subarray(0, got));
      for (const text of wanted) {
        if (texts.includes(text) || !content.includes(text)) continue;
        texts.push(text);
        if (texts.length >= most) return { texts, isRead };
      }
    }
  }
  return { texts, isRead };
}

const latin1 = new TextDecoder("latin1");
