import { randomBytes } from "node:crypto";
import { type ByteSource, readUpTo } from "../../base/byteSource";
import { derivedKey, type Sealing, sealingWith, tagBytes } from "./sealing";

// The contents of an age file: a nonce, then pieces of 64 KiB, each sealed under its number and whether it is the last.
// The library has this too, at a tenth of the speed and, for files, with all of them in memory.

const pieceBytes = 64 << 10;
const sealedPieceBytes = pieceBytes + tagBytes;
const payloadNonceBytes = 16;

/** Pieces that are not what was written, and read as zeros. */
export interface PayloadDamage {
  readonly pieces: number;
  /** Of the first one, in the contents. */
  readonly offset: number;
  /** Its end is missing or changed: how much more there was nobody knows. */
  readonly isCut: boolean;
}

/** The contents of an encrypted file, by position: pieces are decrypted as they are asked for. */
export class DecryptedSource implements ByteSource {
  readonly name: string;
  readonly byteLength: number;
  private readonly sealing: Sealing;
  private readonly pieces: number;
  private held: { readonly index: number; readonly bytes: Uint8Array };
  private readonly bad = new Set<number>();
  /** Its end is missing, or is not what was written. */
  private readonly isCut: boolean;

  /** @param start where the header ends */
  constructor(
    private readonly file: ByteSource,
    private readonly start: number,
    fileKey: Uint8Array,
  ) {
    this.name = file.name;
    const nonce = readUpTo(file, start, payloadNonceBytes);
    this.sealing = sealingWith(derivedKey(fileKey, "payload", nonce));
    const sealed = Math.max(0, file.byteLength - start - payloadNonceBytes);
    this.pieces = Math.ceil(sealed / sealedPieceBytes);
    const before = Math.max(0, this.pieces - 1);
    const last = readUpTo(file, this.positionOf(before), sealedPieceBytes);
    const opened = this.sealing.open(pieceNonce(before, true), last);
    this.isCut = opened === undefined || (opened.length === 0 && before > 0);
    // Cut between two pieces: this one is right, and not the last.
    const kept = opened ?? this.sealing.open(pieceNonce(before, false), last) ?? new Uint8Array(0);
    this.byteLength = before * pieceBytes + kept.length;
    this.held = { index: before, bytes: kept };
  }

  /** Known as far as was read; the end at once. */
  get damage(): PayloadDamage | undefined {
    if (this.bad.size === 0 && !this.isCut) return undefined;
    const first = [...this.bad].reduce((least, index) => Math.min(least, index), this.pieces);
    return {
      pieces: this.bad.size,
      offset: Math.min(first * pieceBytes, this.byteLength),
      isCut: this.isCut,
    };
  }

  read(position: number, into: Uint8Array): number {
    const wanted = Math.max(0, Math.min(into.length, this.byteLength - position));
    for (let done = 0; done < wanted; ) {
      const index = Math.floor((position + done) / pieceBytes);
      const from = position + done - index * pieceBytes;
      const part = this.piece(index).subarray(from, from + wanted - done);
      if (part.length === 0) return done;
      into.set(part, done);
      done += part.length;
    }
    return wanted;
  }

  private piece(index: number): Uint8Array {
    if (this.held.index === index) return this.held.bytes;
    const sealed = readUpTo(this.file, this.positionOf(index), sealedPieceBytes);
    const isLast = index === this.pieces - 1;
    const bytes = this.sealing.open(pieceNonce(index, isLast && !this.isCut), sealed);
    if (bytes === undefined && this.bad.size < mostNoted) this.bad.add(index);
    this.held = { index, bytes: bytes ?? new Uint8Array(pieceBytes) };
    return this.held.bytes;
  }

  private positionOf(piece: number): number {
    return this.start + payloadNonceBytes + piece * sealedPieceBytes;
  }
}

/** Damaged pieces are counted up to here. */
const mostNoted = 100_000;

/** Takes contents, hands out the bytes of an encrypted file. */
export class PayloadWriter {
  private readonly sealing: Sealing;
  private readonly waiting = new Uint8Array(pieceBytes);
  private filled = 0;
  private index = 0;

  /** @param emit gets the bytes of the file in order, the header first */
  constructor(
    header: Uint8Array,
    fileKey: Uint8Array,
    private readonly emit: (bytes: Uint8Array) => void,
  ) {
    const nonce = randomBytes(payloadNonceBytes);
    this.sealing = sealingWith(derivedKey(fileKey, "payload", nonce));
    emit(header);
    emit(nonce);
  }

  write(plain: Uint8Array): void {
    for (let at = 0; at < plain.length; ) {
      // A full piece waits for a byte after it: the last one is marked.
      if (this.filled === pieceBytes) this.flush(false);
      const part = plain.subarray(at, at + pieceBytes - this.filled);
      this.waiting.set(part, this.filled);
      this.filled += part.length;
      at += part.length;
    }
  }

  /** Call once after the last bytes. */
  end(): void {
    this.flush(true);
  }

  private flush(isLast: boolean): void {
    this.emit(this.sealing.seal(pieceNonce(this.index, isLast), this.waiting.subarray(0, this.filled)));
    this.index++;
    this.filled = 0;
  }
}

/** Eleven bytes of the number, one for the end. */
function pieceNonce(index: number, isLast: boolean): Uint8Array {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setBigUint64(3, BigInt(index));
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}
