import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { BlockCache, PagedBytes, piecesOf } from "../../../analyzer/base/pagedBytes";
import { DataReader, DwarfDamage, stringAt } from "../../../analyzer/formats/dwarf/dataReader";
import { seededRandom } from "../../build/seededRandom";

const offset = 1000;
const random = seededRandom(5);
const all = Uint8Array.from({ length: 3 << 20 }, () => Math.floor(random() * 256));
// Some text longer than a block, around a block's end.
all.fill(0x61, 200_000, 270_000);
const inMemory = all.subarray(offset, all.length - 500);

/** The same bytes read by blocks, with room for four of them. */
function paged(): { bytes: PagedBytes; read: () => number } {
  const source = new BytesSource("section", all);
  let read = 0;
  const counted = {
    name: source.name,
    byteLength: source.byteLength,
    read: (position: number, into: Uint8Array) => {
      read += into.byteLength;
      return source.read(position, into);
    },
  };
  const bytes = new PagedBytes(new BlockCache(4 * (32 << 10)).attach(counted), offset, inMemory.length);
  return { bytes, read: () => read };
}

describe("paged bytes", () => {
  it("give readers what bytes in memory give, wherever they look", () => {
    const { bytes } = paged();
    for (let round = 0; round < 3000; round++) {
      // Often near the end of a block, where reads cross into the next one.
      const block = Math.floor(random() * 90) * (32 << 10) - offset;
      const near = random() < 0.5 ? block - 10 + Math.floor(random() * 20) : random() * inMemory.length;
      const position = Math.max(0, Math.min(inMemory.length - 400, Math.floor(near)));
      const [a, b] = [bytes, inMemory].map((each) => new DataReader(each, ".debug_info", true, position));
      const answers = [a!, b!].map((reader) => {
        const values: unknown[] = [reader.u8(), reader.u16(), reader.u24(), reader.u32(), reader.u64()];
        values.push(reader.slice(position + 3, position + 90).i8(), [...reader.block(40)]);
        values.push(reader.u64AsNumber(), reader.string(), reader.position);
        return values;
      });
      expect(answers[0], `at ${position}`).toEqual(answers[1]);
      expect(stringAt(bytes, ".debug_str", position)).toBe(stringAt(inMemory, ".debug_str", position));
    }
  });

  it("read little for a little, and end where the section ends", () => {
    const { bytes, read } = paged();
    expect(new DataReader(bytes, ".debug_info", true, 500_000).u32()).toBe(
      new DataReader(inMemory, ".debug_info", true, 500_000).u32(),
    );
    expect(read()).toBeLessThanOrEqual(64 << 10);
    const reader = new DataReader(bytes, ".debug_info", true, inMemory.length - 3);
    expect(() => reader.u32()).toThrow(DwarfDamage);
    expect(reader.u24()).toBe(new DataReader(inMemory, ".debug_info", true, inMemory.length - 3).u24());
    expect(() => reader.u8()).toThrow(DwarfDamage);
  });

  it("have parts with positions of their own", () => {
    const part = paged().bytes.subarray(70_000, 70_010);
    expect(part.byteLength).toBe(10);
    expect([...new DataReader(part, ".debug_info", true).block(10)]).toEqual([
      ...inMemory.subarray(70_000, 70_010),
    ]);
  });

  it("come in pieces that overlap", () => {
    const pieces = [...piecesOf(paged().bytes, 100, inMemory.length, 7)];
    expect(pieces.length).toBeGreaterThan(2);
    const joined = pieces.flatMap((piece, at) => [
      ...(at < pieces.length - 1 ? piece.subarray(0, piece.length - 7) : piece),
    ]);
    expect(Buffer.compare(Buffer.from(joined), Buffer.from(inMemory.subarray(100)))).toBe(0);
  });
});
