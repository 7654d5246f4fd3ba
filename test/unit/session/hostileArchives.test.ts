import { closeSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ExhumeError } from "../../../analyzer/base/errors";
import { ProblemList } from "../../../analyzer/base/problems";
import { unwatched } from "../../../analyzer/base/work";
import { openDumpBytes } from "../../../analyzer/session/files/dumpFile";
import { FileSource } from "../../../analyzer/session/files/fileSource";
import { identify } from "../../../analyzer/session/identify";
import { tar, zip } from "../../build/archives";
import { smallDump } from "../../build/smallDump";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-archives-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const dump = smallDump().build();
const none = new Uint8Array(0);

/** What is told of an archive, and the bytes of the dump in it. */
async function opened(bytes: Uint8Array) {
  const path = join(folder, "archive");
  writeFileSync(path, bytes);
  const source = FileSource.open(path);
  try {
    const { kind, format, packing, others } = await identify(source, { archives: "whole" });
    if (kind !== "heap") return { kind, format, others };
    const problems = new ProblemList();
    const file = await openDumpBytes(source, packing, problems, unwatched);
    const contents = Buffer.alloc(file.byteLength);
    FileSource.attach(file).read(0, contents);
    if (file.fd !== source.fd) closeSync(file.fd);
    const member = packing.archive?.member;
    return { kind, member, isWhole: contents.equals(dump), others, problems: problems.toArray() };
  } finally {
    source.close();
  }
}

describe("an archive somebody made to harm", () => {
  const ways = [
    "../../../evil.hprof",
    "/etc/cron.d/evil",
    "C:\\Windows\\evil.hprof",
    "a/\u0000/../..//b.hprof",
  ];

  it.each(ways)(
    "with a dump called %j opens it, and writes nothing under a name of its own",
    async (name) => {
      const expected = { kind: "heap", isWhole: true, problems: [] };
      expect(await opened(tar({ name, bytes: dump }))).toMatchObject(expected);
      expect(await opened(gzipSync(tar({ name, bytes: dump })))).toMatchObject(expected);
      expect(await opened(zip({ name, bytes: dump }))).toMatchObject(expected);
      expect(readdirSync(folder)).toEqual(["archive"]);
    },
  );

  it("has no dump behind a link, a device or a pipe", async () => {
    const entries = ["1", "2", "3", "4", "6"].map((type) => ({
      name: "x.hprof",
      bytes: none,
      type,
      target: "/proc/kcore",
    }));
    expect(await opened(tar(...entries))).toMatchObject({ kind: "unknown", others: [] });
    // Their contents, if they say they have some, are headers of what follows.
    expect(await opened(tar(...entries, { name: "y.hprof", bytes: dump }))).toMatchObject({
      member: "y.hprof",
      isWhole: true,
    });
  });

  it("gives no more than it states, nor more than a dump may", async () => {
    const zeros = Buffer.concat([dump, Buffer.alloc(1 << 20)]);
    const packed = { method: 8, bytes: new Uint8Array(deflateRawSync(zeros)) };
    const stated = (bytes: number) =>
      opened(zip({ name: "x.hprof", bytes: zeros, packed, stated: { bytes } }));
    expect(await stated(dump.length)).toMatchObject({ kind: "unknown" });
    await expect(stated(0xffff_fffe)).rejects.toThrow(ExhumeError);
    const holes = { name: "x.hprof", bytes: none, type: "S", parts: [], realBytes: 0o77777777777 };
    expect(await opened(tar(holes))).toMatchObject({ kind: "unknown" });
  });

  it("is looked into once: archives in archives are told, not opened", async () => {
    let bytes = tar({ name: "x.hprof", bytes: dump });
    for (let depth = 0; depth < 20; depth++) bytes = tar({ name: `${depth}.tar`, bytes });
    expect(await opened(bytes)).toMatchObject({ kind: "unknown", others: [] });
    let packed: Uint8Array = dump;
    for (let depth = 0; depth < 20; depth++) packed = new Uint8Array(gzipSync(packed));
    expect(await opened(packed)).toMatchObject({ kind: "unknown" });
    expect(await opened(zip({ name: "x.hprof.gz", bytes: packed }))).toMatchObject({ kind: "unknown" });
  });

  it("keeps of its directory what is asked for, however many files it names", async () => {
    const many = Array.from({ length: 20_000 }, (_, index) => ({ name: `${index}`, bytes: none }));
    const bytes = zip(...many, { name: "x.hprof", bytes: dump });
    const path = join(folder, "many.zip");
    writeFileSync(path, bytes);
    const source = FileSource.open(path);
    const { packing } = await identify(source, { archives: "whole", member: "x.hprof" });
    expect(packing.archive?.member).toBe("x.hprof");
    source.close();
  });
});
