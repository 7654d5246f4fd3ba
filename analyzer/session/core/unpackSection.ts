import { closeSync } from "node:fs";
import { constants, createInflate, inflateSync } from "node:zlib";
import { type ByteSource, readUpTo } from "../../base/byteSource";
import { BlockCache } from "../../base/pagedBytes";
import type { PackedPart, SectionReading } from "../../base/sectionReading";
import { FileSource } from "../files/fileSource";
import { assertRoom, createTemporaryFile, writeFully } from "../files/temporaryFile";
import { ZstdUnpacker } from "../files/zstd";

/** What is unpacked in memory; larger sections go into a temporary file and are read from there by blocks. */
const unpackedInMemory = 16 << 20;
/** deflate gives at most 1032 times as much, at once. */
const chunkBytes = 16 << 10;

/** Reads sections of module files for one open core. */
export class SectionStore implements SectionReading {
  readonly blocks = new BlockCache();
  private readonly unpackedFiles: { close(): void }[] = [];

  unpack(packed: PackedPart, bytes: number): Uint8Array | ByteSource {
    return bytes <= unpackedInMemory ? unpackInMemory(packed, bytes) : this.unpackIntoFile(packed, bytes);
  }

  close(): void {
    for (const file of this.unpackedFiles.splice(0)) file.close();
  }

  private unpackIntoFile(packed: PackedPart, bytes: number): ByteSource {
    const { name } = packed.source;
    assertRoom(bytes);
    const temporary = createTemporaryFile(name);
    const { fd } = temporary;
    const close = () => {
      closeSync(fd);
      temporary.remove();
    };
    let written = 0;
    const emit = (part: Uint8Array) => {
      if (written + part.byteLength > bytes) throw new Error(`it unpacks to more than ${bytes} bytes`);
      writeFully(fd, part, written);
      written += part.byteLength;
    };
    try {
      if (packed.kind === "zlib") inflateInto(packed, bytes, emit);
      else unpackZstdInto(packed, bytes, emit);
    } catch (error) {
      close();
      throw error;
    }
    this.unpackedFiles.push({ close });
    return FileSource.attach({ name, fd, byteLength: written });
  }
}

function unpackInMemory(part: PackedPart, bytes: number): Uint8Array {
  const { kind, source, offset, length } = part;
  if (kind === "zstd") return unpackZstd(part, bytes);
  const packed = readUpTo(source, offset, length);
  // In one piece, with room to see the end. The runtime's zlib never writes more than it is told.
  const chunkSize = Math.max(64, bytes + 1);
  const unpackedBytes = inflateSync(packed, { maxOutputLength: Math.max(1, bytes), chunkSize });
  return new Uint8Array(unpackedBytes.buffer, unpackedBytes.byteOffset, unpackedBytes.byteLength);
}

function* chunksOf({ source, offset, length }: PackedPart): Generator<Uint8Array> {
  for (let at = 0; at < length; at += chunkBytes)
    yield readUpTo(source, offset + at, Math.min(chunkBytes, length - at));
}

/**
 * What `inflateSync` itself is made of. It lets go of its state after every call, unless its handle cannot be closed
 * meanwhile: so npm unpacks its packages step by step too, which keeps this working from version to version.
 */
interface SteppedInflate {
  _handle: { close(): void } | null;
  close(): void;
  _processChunk(chunk: Uint8Array, flush: number): Uint8Array;
}

function inflateInto(packed: PackedPart, bytes: number, emit: (part: Uint8Array) => void): void {
  const inflate = createInflate({ chunkSize: 1 << 20 });
  const stepped = inflate as unknown as SteppedInflate;
  const handle = stepped._handle;
  if (handle === null || typeof stepped._processChunk !== "function") {
    inflate.close();
    emit(unpackInMemory(packed, bytes));
    return;
  }
  const closeHandle = handle.close;
  try {
    handle.close = () => undefined;
    for (const chunk of chunksOf(packed)) {
      const part = stepped._processChunk(chunk, constants.Z_SYNC_FLUSH);
      stepped._handle = handle;
      // Each call adds one and leaves it.
      inflate.removeAllListeners("error");
      emit(part);
    }
  } finally {
    handle.close = closeHandle;
    handle.close();
  }
}

function unpackZstd(packed: PackedPart, bytes: number): Uint8Array {
  const result = new Uint8Array(bytes);
  let done = 0;
  unpackZstdInto(packed, bytes, (part) => {
    if (done + part.length > bytes) throw new Error(`it unpacks to more than ${bytes} bytes`);
    result.set(part, done);
    done += part.length;
  });
  return result.subarray(0, done);
}

function unpackZstdInto(packed: PackedPart, wantedBytes: number, emit: (part: Uint8Array) => void): void {
  const unpacker = new ZstdUnpacker({ name: packed.source.name, wantedBytes }, emit);
  for (const chunk of chunksOf(packed)) unpacker.push(chunk);
  unpacker.end();
}
