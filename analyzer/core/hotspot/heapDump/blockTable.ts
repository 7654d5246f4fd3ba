import { longestRecord, recordHeaderBytes } from "../../../formats/hprof/recordBytes";
import { instanceHeaderBytes, objectArrayHeaderBytes, primitiveArrayHeaderBytes } from "./objectRecords";
import { type BlockColumns, blockKind, type RecordClasses, recordKind } from "./virtualHeapDump";

/** A block ends behind the object with which it has reached this many bytes of the file. */
const blockBytes = 32 << 10;
/** An array whose record is longer is a block of its own, made from any element on. */
const longArray = 64 << 10;
/** A record of the file holds blocks up to this many bytes. */
const segmentBytes = 4 << 20;
/** Notes while the heap is walked where the blocks of its file begin. */
export class BlockTable {
  private kinds = new Uint8Array(1024);
  private offsets = new Float64Array(1024);
  private addresses = new Float64Array(1024);
  private count = 0;
  private offset = 0;
  private blockAt = 0;
  private segmentAt = 0;
  private header = -1;
  private nextAddress = -1;
  /** Arrays too long for a record of the file. */
  leftOut = 0;

  /** @param isLeftOut whether the file has nothing of an object */
  constructor(
    private readonly classes: RecordClasses,
    private readonly alignment: number,
    private readonly isLeftOut: (address: number, klass: number) => boolean,
  ) {}

  /** Takes the next object. @param heapSize its bytes in the heap @param elements of an array */
  add(address: number, klass: number, heapSize: number, elements: number): void {
    const bytes = this.isLeftOut(address, klass) ? 0 : this.recordBytes(klass, elements);
    const end = address + Math.ceil(heapSize / this.alignment) * this.alignment;
    if (bytes > longestRecord - segmentBytes) {
      this.leftOut++;
      return;
    }
    if (bytes === 0) {
      // Nothing of it is in the file; it may stand within a block all the same.
      if (this.nextAddress === address) this.nextAddress = end;
      return;
    }
    const isLong = bytes > longArray && elements >= 0;
    if (isLong || this.nextAddress !== address || this.offset - this.blockAt >= blockBytes)
      this.begin(isLong ? blockKind.array : blockKind.objects, address, bytes);
    this.offset += bytes;
    this.nextAddress = isLong ? -1 : end;
  }

  /** @returns the blocks and how many bytes they take */
  finish(): { readonly blocks: BlockColumns; readonly byteLength: number } {
    this.endSegment();
    this.push(blockKind.end, 0);
    this.offset += recordHeaderBytes;
    const { count } = this;
    const blocks = {
      count,
      kinds: new Uint8Array(new SharedArrayBuffer(count)),
      offsets: new Float64Array(new SharedArrayBuffer(8 * count)),
      addresses: new Float64Array(new SharedArrayBuffer(8 * count)),
    };
    blocks.kinds.set(this.kinds.subarray(0, count));
    blocks.offsets.set(this.offsets.subarray(0, count));
    blocks.addresses.set(this.addresses.subarray(0, count));
    return { blocks, byteLength: this.offset };
  }

  private begin(kind: number, address: number, bytes: number): void {
    if (this.header < 0 || this.offset + bytes - this.segmentAt > segmentBytes) {
      this.endSegment();
      this.header = this.count;
      this.push(blockKind.segmentHeader, 0);
      this.offset += recordHeaderBytes;
      this.segmentAt = this.offset;
    }
    this.push(kind, address);
    this.blockAt = this.offset;
  }

  private endSegment(): void {
    if (this.header >= 0) this.addresses[this.header] = this.offset - this.segmentAt;
    this.header = -1;
  }

  private push(kind: number, address: number): void {
    if (this.count === this.kinds.length) {
      const longer = 2 * this.count;
      const { kinds, offsets, addresses } = this;
      this.kinds = new Uint8Array(longer);
      this.offsets = new Float64Array(longer);
      this.addresses = new Float64Array(longer);
      this.kinds.set(kinds);
      this.offsets.set(offsets);
      this.addresses.set(addresses);
    }
    this.kinds[this.count] = kind;
    this.offsets[this.count] = this.offset;
    this.addresses[this.count++] = address;
  }

  private recordBytes(klass: number, elements: number): number {
    const { kinds, fieldBytes, elementShifts } = this.classes;
    switch (kinds[klass]) {
      case recordKind.objectArray:
        return objectArrayHeaderBytes + 8 * elements;
      case recordKind.primitiveArray:
        return primitiveArrayHeaderBytes + elements * 2 ** elementShifts[klass]!;
      default:
        return instanceHeaderBytes + fieldBytes[klass]!;
    }
  }
}
