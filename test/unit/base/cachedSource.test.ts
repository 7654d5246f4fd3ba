import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { CachedSource } from "../../../analyzer/base/cachedSource";
import { seededRandom } from "../../build/seededRandom";

const blockBytes = 16;

/** Every sixth read of the medium spoils what it read into, and fails. */
class FailingSource extends BytesSource {
  private reads = 0;

  override read(position: number, into: Uint8Array): number {
    if (++this.reads % 6 !== 0) return super.read(position, into);
    into.fill(0xee);
    throw new Error("the medium fails");
  }
}

describe("a source that keeps blocks", () => {
  it.each([1, 2, 3])("reads what is there, when it keeps %d of them and the medium fails", (kept) => {
    const bytes = Uint8Array.from({ length: 10 * blockBytes + 5 }, (_, index) => index);
    const cached = new CachedSource(new FailingSource("bytes", bytes), blockBytes, kept);
    const random = seededRandom(7);
    let failures = 0;
    for (let turn = 0; turn < 2000; turn++) {
      const at = Math.floor(random() * bytes.length);
      const into = new Uint8Array(1 + Math.floor(random() * (blockBytes + 4)));
      try {
        const got = cached.read(at, into);
        expect(into.subarray(0, got)).toEqual(bytes.subarray(at, at + into.length));
      } catch (error) {
        expect(error).toMatchObject({ message: "the medium fails" });
        failures++;
      }
    }
    expect(failures).toBeGreaterThan(50);
  });
});
