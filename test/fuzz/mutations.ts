/** Values at the edges of what lengths, counts and offsets can say. */
const edges = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];
/** Repetition makes what takes more than linear time show. */
const repetitions = [2, 16, 256, 2048];
const longest = 64 * 1024;

/** A damaged copy of one of the seeds; several kinds of damage may meet. */
export function mutated(seeds: readonly Uint8Array[], random: () => number): Uint8Array {
  const below = (limit: number) => Math.floor(random() * limit);
  // Not `slice`: that of a Buffer shares its memory, and the seed would be damaged for good.
  let bytes: Uint8Array = Uint8Array.from(seeds[below(seeds.length)]!);
  for (let changes = 1 + below(3); changes > 0 && bytes.length > 0; changes--) {
    const at = below(bytes.length);
    const length = 1 + below(Math.min(64, bytes.length - at));
    switch (below(8)) {
      case 0:
        bytes[at]! ^= 1 << below(8);
        break;
      case 1:
        bytes[at] = below(256);
        break;
      case 2:
        writeEdge(bytes, at, edges[below(edges.length)]!, random() < 0.5);
        break;
      case 3:
        bytes = bytes.slice(0, at);
        break;
      case 4:
        bytes = joined(bytes.subarray(0, at), bytes.subarray(at + length));
        break;
      case 5: {
        const times = repetitions[below(repetitions.length)]!;
        bytes = joined(
          bytes.subarray(0, at),
          repeated(bytes.subarray(at, at + length), times),
          bytes.subarray(at),
        );
        break;
      }
      case 6: {
        const other = seeds[below(seeds.length)]!;
        bytes = joined(bytes.subarray(0, at), other.subarray(below(other.length)));
        break;
      }
      default:
        bytes = joined(
          bytes.subarray(0, at),
          bytes.subarray(below(bytes.length), bytes.length),
          bytes.subarray(at),
        );
    }
    if (bytes.length > longest) bytes = bytes.slice(0, longest);
  }
  return bytes;
}

/**
 * A copy in which some words of eight bytes became others of it: pointers that lead elsewhere, or back, sizes and counts
 * that are too large, and loops. Zeros between structures are left alone, of which memory is mostly made.
 */
export function withOtherWords(seeds: readonly Uint8Array[], random: () => number): Uint8Array {
  const below = (limit: number) => Math.floor(random() * limit);
  const bytes = Uint8Array.from(seeds[below(seeds.length)]!);
  const first = bytes.length % 8;
  const view = new DataView(bytes.buffer, first);
  const filled = Array.from({ length: view.byteLength / 8 }, (_, word) => 8 * word).filter(
    (at) => view.getBigUint64(at, true) !== 0n,
  );
  if (filled.length === 0) return bytes;
  for (let changes = 1 + below(4); changes > 0; changes--) {
    const at = filled[below(filled.length)]!;
    const other = view.getBigUint64(filled[below(filled.length)]!, true);
    const value = [other, view.getBigUint64(at, true) + BigInt(8 * (below(9) - 4)), BigInt(below(64))];
    const extreme = 1n << BigInt(below(64));
    view.setBigUint64(at, BigInt.asUintN(64, [...value, extreme, -extreme][below(5)]!), true);
  }
  return bytes;
}

function writeEdge(bytes: Uint8Array, at: number, value: number, isLittle: boolean): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (at + 4 <= bytes.length) view.setUint32(at, value, isLittle);
  else bytes[at] = value & 0xff;
}

function repeated(part: Uint8Array, times: number): Uint8Array {
  return joined(...new Array<Uint8Array>(times).fill(part));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
