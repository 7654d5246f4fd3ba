import { constants, createGunzip, gunzipSync } from "node:zlib";
import { Decompress } from "fzstd";
import { Lz4Unpacker } from "./lz4";

/** A way a dump may be packed; dumps are opened through it as if it were not there. */
export type Compression = "none" | "gzip" | "zstd" | "lz4";

/** Told by magic (RFC 1952, RFC 8878, LZ4 frame format 1.6), never by the file's name. */
export function compressionOf(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return "zstd";
  if (head[0] === 0x04 && head[1] === 0x22 && head[2] === 0x4d && head[3] === 0x18) return "lz4";
  return "none";
}

/** Takes packed bytes, hands out unpacked ones through the callback it was made with. */
export interface Unpacker {
  /** Resolves when the bytes were taken and everything they gave was handed out. */
  push(packed: Uint8Array): Promise<void>;
  /** Call once after the last bytes. Rejects when the packed data ends early. */
  end(): Promise<void>;
}

/**
 * @param emit gets unpacked bytes in order; they are only valid during the call.
 * @throws when the data is not what the magic promised.
 */
export function unpackerFor(
  compression: Exclude<Compression, "none">,
  emit: (bytes: Uint8Array) => void,
): Unpacker {
  switch (compression) {
    case "gzip":
      return gzipUnpacker(emit);
    case "zstd":
      return zstdUnpacker(emit);
    case "lz4":
      return lz4Unpacker(emit);
  }
}

/** The first bytes inside a packed file, as many as the packed head gives; empty when it is damaged. */
export async function unpackHead(
  compression: Exclude<Compression, "none">,
  packed: Uint8Array,
): Promise<Uint8Array> {
  if (compression === "gzip") return gunzipHead(packed);
  const parts: Uint8Array[] = [];
  try {
    const unpacker = unpackerFor(compression, (bytes) => parts.push(bytes.slice()));
    await unpacker.push(packed);
  } catch {
    // A cut head ends in the middle of a block: what came out before is the answer.
    return concat(parts);
  }
  return concat(parts);
}

function gunzipHead(packed: Uint8Array): Uint8Array {
  try {
    // SYNC_FLUSH makes zlib hand out what it has when the input ends early, which a head always does.
    return gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return new Uint8Array();
  }
}

/** Node's gunzip reads concatenated members, which is how `jcmd GC.heap_dump -gz` writes. */
function gzipUnpacker(emit: (bytes: Uint8Array) => void): Unpacker {
  const stream = createGunzip({ chunkSize: 1 << 20 });
  let failure: Error | undefined;
  stream.on("data", (bytes: Uint8Array) => {
    if (failure !== undefined) return;
    try {
      emit(bytes);
    } catch (error) {
      // Thrown inside a stream's event it would end the thread instead of reaching whoever pushed.
      failure = error as Error;
      stream.destroy(failure);
    }
  });
  stream.on("error", (error) => {
    failure ??= error;
  });
  const settled = new Promise<void>((resolve) => stream.once("close", () => resolve()));
  return {
    async push(packed) {
      if (failure !== undefined) throw failure;
      await new Promise<void>((resolve) => {
        const done = () => {
          stream.off("error", done);
          resolve();
        };
        stream.once("error", done);
        stream.write(packed, done);
      });
      if (failure !== undefined) throw failure;
    },
    async end() {
      stream.end();
      await settled;
      if (failure !== undefined) throw failure;
    },
  };
}

function zstdUnpacker(emit: (bytes: Uint8Array) => void): Unpacker {
  let finished = false;
  const stream = new Decompress((bytes, isFinal) => {
    finished ||= isFinal === true;
    if (bytes.byteLength > 0) emit(bytes);
  });
  return {
    async push(packed) {
      stream.push(packed, false);
    },
    async end() {
      stream.push(new Uint8Array(), true);
      if (!finished) throw new Error("the compressed data ends early");
    },
  };
}

function lz4Unpacker(emit: (bytes: Uint8Array) => void): Unpacker {
  const unpacker = new Lz4Unpacker(emit);
  return {
    async push(packed) {
      unpacker.push(packed);
    },
    async end() {
      unpacker.end();
    },
  };
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let position = 0;
  for (const part of parts) {
    all.set(part, position);
    position += part.byteLength;
  }
  return all;
}
