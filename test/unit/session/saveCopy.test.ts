import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ByteSource, BytesSource } from "../../../analyzer/base/byteSource";
import { ExhumeError } from "../../../analyzer/base/errors";
import { unwatched } from "../../../analyzer/base/work";
import { saveCopy } from "../../../analyzer/session/heap/saveCopy";

const disk = vi.hoisted(() => ({ isFull: false }));

vi.mock("../../../analyzer/session/files/temporaryFile", async (original) => {
  const files = await original<typeof import("../../../analyzer/session/files/temporaryFile")>();
  return {
    ...files,
    writeFully: (...[fd, bytes, position]: Parameters<typeof files.writeFully>) => {
      if (disk.isFull && position > 0)
        throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      files.writeFully(fd, bytes, position);
    },
  };
});

/** A header, and bytes that cannot be packed. */
function dump(): Uint8Array {
  const bytes = new Uint8Array(5 << 20);
  let state = 1;
  for (let at = 31; at < bytes.length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[at] = state >>> 24;
  }
  bytes.set(new TextEncoder().encode("JAVA PROFILE 1.0.2\0\0\0\0\u0008"));
  return bytes;
}

describe("a copy of a heap dump", () => {
  const bytes = dump();
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "exhume-copy-"));
  });
  afterEach(() => {
    disk.isFull = false;
    rmSync(folder, { recursive: true });
  });

  const copyOf = (source: ByteSource, name: string) =>
    saveCopy(
      { source, path: "/dumps/shop.hprof", createdMs: 1_700_000_000_123 },
      { out: join(folder, name), gzip: name.endsWith(".gz") },
      unwatched,
    );

  it.each(["shop.hprof", "shop.hprof.gz"])("is the dump with the time in its header: %s", async (name) => {
    const { unpackedBytes } = await copyOf(new BytesSource("shop", bytes), name);
    const file = readFileSync(join(folder, name));
    const copy = name.endsWith(".gz") ? gunzipSync(file) : file;
    expect(unpackedBytes).toBe(bytes.length);
    expect(copy.readBigUInt64BE(23)).toBe(1_700_000_000_123n);
    expect(copy.subarray(31).equals(bytes.subarray(31))).toBe(true);
    expect(copy.length).toBe(bytes.length);
  });

  it.each(["shop.hprof", "shop.hprof.gz"])(
    "is refused when the disk is full, and leaves nothing: %s",
    async (name) => {
      disk.isFull = true;
      const failed = copyOf(new BytesSource("shop", bytes), name);
      await expect(failed).rejects.toThrow("no space left");
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it.each(["shop.hprof", "shop.hprof.gz"])("ends with what the dump's medium says: %s", async (name) => {
    const whole = new BytesSource("shop", bytes);
    const read = (position: number, into: Uint8Array): number => {
      if (position > 0) throw new ExhumeError({ code: "cancelled" });
      return whole.read(position, into);
    };
    const failed = copyOf({ name: "shop", byteLength: bytes.length, read }, name);
    await expect(failed).rejects.toThrow(ExhumeError);
    expect(readdirSync(folder)).toEqual([]);
  });
});
