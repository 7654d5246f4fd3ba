import { recordTag } from "./tags";

const utf8 = new TextEncoder();

/** The size of an identifier this writer uses. */
const idSize = 8;

/** Bytes of a top-level record before its body: tag, time, length. */
export const recordHeaderBytes = 9;

/** The length of a record has 32 bits. */
export const longestRecord = 2 ** 32 - 1;

/** HPROF records as they are written, with 8-byte ids, in memory that grows. */
export class RecordBytes {
  private bytes = new Uint8Array(1 << 16);
  private view = new DataView(this.bytes.buffer);
  private recordAt = -1;
  length = 0;

  /** The file header. @param createdMs milliseconds since 1970, 0 when it is not known */
  header(createdMs: number): void {
    this.put(utf8.encode("JAVA PROFILE 1.0.2\0"));
    this.u4(idSize);
    this.u4(Math.floor(createdMs / 2 ** 32));
    this.u4(createdMs % 2 ** 32);
  }

  /** Begins a record, whose length is known when {@link endRecord} is called. */
  beginRecord(tag: number): void {
    this.recordAt = this.length;
    this.u1(tag);
    this.u4(0);
    this.u4(0);
  }

  endRecord(): void {
    this.view.setUint32(this.recordAt + 5, this.length - this.recordAt - recordHeaderBytes);
    this.recordAt = -1;
  }

  /** Bytes of the record that is being written, its header included. */
  get recordLength(): number {
    return this.length - this.recordAt;
  }

  text(id: number, text: Uint8Array): void {
    this.beginRecord(recordTag.utf8);
    this.id(id);
    this.put(text);
    this.endRecord();
  }

  u1(value: number): void {
    this.ensureRoom(1);
    this.bytes[this.length++] = value;
  }

  u2(value: number): void {
    this.ensureRoom(2);
    this.view.setUint16(this.length, value);
    this.length += 2;
  }

  u4(value: number): void {
    this.ensureRoom(4);
    this.view.setUint32(this.length, value);
    this.length += 4;
  }

  /** An id that is an address below 2^53. */
  id(value: number): void {
    this.ensureRoom(8);
    this.view.setUint32(this.length, Math.floor(value / 2 ** 32));
    this.view.setUint32(this.length + 4, value % 2 ** 32);
    this.length += 8;
  }

  put(bytes: Uint8Array): void {
    this.ensureRoom(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** What was written, in memory that other threads may share. */
  toShared(): Uint8Array {
    const shared = new Uint8Array(new SharedArrayBuffer(this.length));
    shared.set(this.bytes.subarray(0, this.length));
    return shared;
  }

  private ensureRoom(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.bytes.length, this.length + more));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}
