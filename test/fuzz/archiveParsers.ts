import { deflateRawSync } from "node:zlib";
import { BytesSource } from "../../analyzer/base/byteSource";
import { unwatched } from "../../analyzer/base/work";
import { archiveFormOf } from "../../analyzer/session/files/archives/archiveForm";
import { findInArchive } from "../../analyzer/session/files/archives/findInArchive";
import { readTar } from "../../analyzer/session/files/archives/readTar";
import { unpackTarMember } from "../../analyzer/session/files/archives/unpackTarMember";
import { unpackZipMember } from "../../analyzer/session/files/archives/zipContents";
import { listZipMembers } from "../../analyzer/session/files/archives/zipMembers";
import { type Compression, compressionOf, unpackerFor } from "../../analyzer/session/files/compression";
import { identify } from "../../analyzer/session/identify";
import { tar, type ZipEntry, zip } from "../build/archives";
import type { FuzzedParser } from "./fuzzedParser";
import { packedSeeds } from "./packedSeeds";

const encode = (text: string) => new TextEncoder().encode(text);
const source = (bytes: Uint8Array) => new BytesSource("fuzzed", bytes);
const mostMembers = 100;
const mostBytes = 1 << 20;
const graph = encode("exhume-graph 1\nnode 1 a 16\n");
const text = encode(
  Array.from({ length: 40 }, (_, line) => `object ${line ** 2} of class com.example.Node holds\n`).join(""),
);

/** Faults of the formats themselves, which their callers put into sentences. */
const isPlainError = (error: unknown) => error instanceof Error && error.name === "Error";

/** Takes bytes up to a limit: archives may give much more than they have. */
class Gathered {
  private readonly parts: Uint8Array[] = [];
  private bytes = 0;

  take(part: Uint8Array): boolean {
    this.bytes += part.length;
    if (this.bytes > mostBytes) throw new Error("more than anybody wants");
    this.parts.push(part.slice());
    return true;
  }

  get text(): string {
    return Buffer.concat(this.parts).toString("latin1");
  }
}

/** A file whose packed bytes are the whole of a stream that another program wrote. */
async function entryOf(format: "zstd" | "xz" | "bzip2", method: number): Promise<ZipEntry> {
  const packed = packedSeeds(format)[0]!;
  const bytes = new Gathered();
  const unpacker = await unpackerFor(format, "seed", (part) => bytes.take(part));
  await unpacker.push(packed);
  await unpacker.end();
  return {
    name: `d/${format}.txt`,
    bytes: Uint8Array.from(Buffer.from(bytes.text, "latin1")),
    packed: { method, bytes: packed },
  };
}

/** Archives, and each of their files in one of its own: what damage leaves may be any of them. */
async function zips(): Promise<readonly Uint8Array[]> {
  const entries: ZipEntry[] = [
    { name: "g.graph", bytes: graph },
    { name: "text.txt", bytes: text, packed: { method: 8, bytes: new Uint8Array(deflateRawSync(text)) } },
    await entryOf("bzip2", 12),
    await entryOf("zstd", 93),
    await entryOf("xz", 95),
  ];
  return [zip(...entries), ...entries.map((entry) => zip(entry))];
}

/** The contents of every file that is not said to be damaged, one after the other. */
async function readZip(bytes: Uint8Array): Promise<string | undefined> {
  const { members, withoutDirectory } = await listZipMembers(source(bytes), {
    most: mostMembers,
    isWanted: () => true,
  });
  if (withoutDirectory !== undefined) return undefined;
  let whole = "";
  for (const member of members) {
    const contents = new Gathered();
    try {
      await unpackZipMember(source(bytes), member, (part) => contents.take(part));
      whole += contents.text;
    } catch {
      // Said: the file is not shown.
    }
  }
  return whole;
}

const tars = [
  tar({ name: "g.graph", bytes: graph }, { name: "d/text.txt", bytes: text }),
  tar(
    { name: "././@LongLink", bytes: encode(`${"long/".repeat(40)}g.graph\0`), type: "L" },
    { name: "long", bytes: graph },
    { name: "x", bytes: encode("25 path=another/g.graph\n"), type: "x" },
    { name: "y", bytes: graph },
  ),
  tar(
    { name: "folder/", bytes: new Uint8Array(0), type: "5" },
    { name: "link", bytes: new Uint8Array(0), type: "2", target: "../../etc/passwd" },
    {
      name: "holes",
      bytes: text,
      type: "S",
      parts: [
        [0, 512],
        [4096, text.length - 512],
      ],
      realBytes: 9000,
    },
  ),
];

/** Names, sizes and contents of what a tar archive has. */
async function readTarFiles(bytes: Uint8Array): Promise<string | undefined> {
  const compression = compressionOf(bytes);
  const contents = new Gathered();
  const names: string[] = [];
  const { isDamaged } = await readTar({
    source: source(bytes),
    compression,
    visit: ({ name, bytes: stated }) => {
      names.push(`${name} ${stated}`);
      return { take: (part) => contents.take(part), done: () => undefined };
    },
    afterPiece: () => names.length > mostMembers,
    work: unwatched,
  });
  return isDamaged ? undefined : `${names.join("\n")}\n${contents.text}`;
}

async function memberOf(bytes: Uint8Array, compression: Compression): Promise<string> {
  const contents = new Gathered();
  await unpackTarMember({
    packed: source(bytes),
    compression,
    member: "g.graph",
    write: (part) => void contents.take(part),
    report: () => undefined,
    work: unwatched,
    others: { tell: async () => true, found: () => undefined },
  });
  return contents.text;
}

/** Files that are several, packed or not. */
export const archiveParsers: Readonly<Record<string, FuzzedParser>> = {
  archives: {
    seeds: async () => [...(await zips()), ...tars, ...packedSeeds("archives"), ...packedSeeds("tars")],
    read: async (bytes) => {
      const { format, others } = await identify(source(bytes));
      const compression = compressionOf(bytes);
      const form = archiveFormOf(bytes, compression);
      if (form === undefined) return [format, others];
      const tell = async (_name: string, head: Uint8Array) => head.length;
      const inputs = { source: source(bytes), form, compression, member: undefined, isWhole: true };
      return [
        format,
        others,
        await findInArchive({ ...inputs, tell, isEnough: () => false, work: unwatched }),
      ];
    },
  },
  zips: { seeds: zips, isChecked: true, read: readZip },
  tars: {
    seeds: tars,
    mayThrow: isPlainError,
    read: async (bytes) => [await readTarFiles(bytes), await memberOf(bytes, "none")],
  },
  packedTars: {
    seeds: [...packedSeeds("archives").slice(1), ...packedSeeds("tars")],
    isChecked: true,
    mayThrow: isPlainError,
    // What is not packed any more has no checksum.
    read: (bytes) => (compressionOf(bytes) === "none" ? undefined : readTarFiles(bytes)),
  },
};
