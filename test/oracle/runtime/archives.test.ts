import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ProblemList } from "../../../analyzer/base/problems";
import { unwatched } from "../../../analyzer/base/work";
import { openDumpBytes } from "../../../analyzer/session/files/dumpFile";
import { FileSource } from "../../../analyzer/session/files/fileSource";
import { identify, otherDumpsLike } from "../../../analyzer/session/identify";
import { chainDump } from "../../build/chainDump";
import { requireTool } from "../../build/nativePrograms";
import { seededRandom } from "../../build/seededRandom";
import { smallCore } from "../../build/smallCore";

let folder: string;
const dump = Buffer.from(chainDump(3_000));
const core = Buffer.from(smallCore());

beforeAll(() => {
  for (const tool of ["tar", "xz", "bzip2", "zstd", "python3"]) requireTool(tool, `apt-get install ${tool}`);
  folder = mkdtempSync(join(tmpdir(), "exhume-archives-"));
  mkdirSync(join(folder, "in/logs"), { recursive: true });
  writeFileSync(join(folder, "in/README"), "what happened\n".repeat(50_000));
  writeFileSync(join(folder, "in/logs/heap.hprof"), dump);
  writeFileSync(join(folder, "in/core.17"), core);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function tar(name: string, args: readonly string[], files: readonly string[]): string {
  execFileSync("tar", ["-C", join(folder, "in"), ...args, "-cf", join(folder, name), ...files]);
  return join(folder, name);
}

/** Written by Python's zipfile; `how` is the rest of a program that has `z`, an archive open for writing. */
function zip(name: string, how: string): string {
  const program = `import zipfile,sys\nwith zipfile.ZipFile(sys.argv[1],'w',zipfile.ZIP_DEFLATED) as z:\n ${how}`;
  execFileSync("python3", ["-c", program, join(folder, name)], { cwd: join(folder, "in") });
  return join(folder, name);
}

interface Opened {
  readonly format: string;
  readonly content: Buffer | undefined;
  readonly others: readonly string[];
  readonly problems: readonly string[];
}

async function opened(path: string, member?: string): Promise<Opened> {
  const source = FileSource.open(path);
  try {
    const { dumpFormat, packing, format, others } = await identify(source, { member });
    if (dumpFormat === undefined) return { format, content: undefined, others, problems: [] };
    const problems = new ProblemList();
    const found = new Set(others);
    const further = otherDumpsLike(dumpFormat, (names) => {
      for (const name of names) found.add(name);
    });
    const file = await openDumpBytes(source, packing, problems, unwatched, further);
    const content = Buffer.alloc(file.byteLength);
    FileSource.attach(file).read(0, content);
    if (file.fd !== source.fd) closeSync(file.fd);
    return { format, content, others: [...found], problems: problems.toArray().map(({ code }) => code) };
  } finally {
    source.close();
  }
}

describe("the one dump in an archive", () => {
  const forms: readonly (readonly [string, readonly string[]])[] = [
    ["a.tar", []],
    ["a.tgz", ["-z"]],
    ["a.tar.xz", ["-J"]],
    ["a.tar.bz2", ["-j"]],
    ["a.tar.zst", ["--zstd"]],
    ["posix.tar.gz", ["-z", "--format=posix"]],
    ["v7.tar", ["--format=v7"]],
    ["sparse.tar", ["-S"]],
  ];
  it.each(forms)("of tar is opened, whatever stands before it: %s", async (name, args) => {
    const path = tar(name, args, ["README", "logs"]);
    const { format, content, others, problems } = await opened(path);
    expect(format).toContain("logs/heap.hprof in tar");
    expect(content!.equals(dump)).toBe(true);
    expect({ others, problems }).toEqual({ others: [], problems: [] });
  });

  it("of tar is opened where it was packed before, has holes, or a long name", async () => {
    execFileSync("xz", ["-k", "-f", join(folder, "in/logs/heap.hprof")]);
    const packed = await opened(tar("packed.tar.gz", ["-z"], ["logs/heap.hprof.xz"]));
    expect(packed.content!.equals(dump)).toBe(true);
    const holes = Buffer.concat([core, Buffer.alloc(9 << 20), core, Buffer.alloc(1 << 20)]);
    writeFileSync(join(folder, "in/holes"), holes);
    execFileSync("fallocate", ["-d", join(folder, "in/holes")]);
    const path = tar("holes.tar", ["-S"], ["holes"]);
    expect(statSync(path).size).toBeLessThan(1 << 20);
    expect((await opened(path)).content!.equals(holes)).toBe(true);
    const long = `${"d".repeat(120)}/${"n".repeat(130)}.hprof`;
    const renamed = tar("long.tar", [`--transform=s,heap.hprof$,${long},`], ["logs/heap.hprof"]);
    expect((await opened(renamed)).format).toContain(`logs/${long} in tar`);
  });

  it("of zip is opened: deflated, stored, by bzip2, as a stream, with 64-bit sizes", async () => {
    const forms = {
      "deflate.zip": "z.write('README'); z.write('logs/heap.hprof')",
      "stored.zip": "z.write('logs/heap.hprof', compress_type=zipfile.ZIP_STORED)",
      "bzip2.zip": "z.write('logs/heap.hprof', compress_type=zipfile.ZIP_BZIP2)",
      "zip64.zip":
        "f=z.open('logs/heap.hprof','w',force_zip64=True); f.write(open('logs/heap.hprof','rb').read()); f.close()",
    };
    for (const [name, how] of Object.entries(forms)) {
      const { format, content, problems } = await opened(zip(name, how));
      expect(format, name).toContain("logs/heap.hprof in zip");
      expect(content!.equals(dump), name).toBe(true);
      expect(problems, name).toEqual([]);
    }
    const streamed =
      "import sys,io,zipfile\nclass W(io.RawIOBase):\n def writable(s): return True\n def write(s,b): return sys.stdout.buffer.write(b)\nwith zipfile.ZipFile(W(),'w',zipfile.ZIP_DEFLATED) as z: z.write('logs/heap.hprof')";
    const bytes = execFileSync("python3", ["-c", streamed], { cwd: join(folder, "in"), maxBuffer: 1 << 30 });
    writeFileSync(join(folder, "streamed.zip"), bytes);
    expect(bytes.readUInt16LE(6) & 8).toBe(8);
    expect((await opened(join(folder, "streamed.zip"))).content!.equals(dump)).toBe(true);
    // Its directory cut off, the sizes are not known: what stands before each file tells it.
    writeFileSync(join(folder, "cut.zip"), bytes.subarray(0, bytes.length - 60));
    const cut = await opened(join(folder, "cut.zip"));
    expect(cut.content!.equals(dump)).toBe(true);
    expect(cut.problems).toEqual(["archive-damaged"]);
  });
});

describe("an archive with several dumps", () => {
  it("opens the first, names the others, and any that is chosen", async () => {
    const files = ["README", "logs/heap.hprof", "core.17"];
    const paths = [
      tar("two.tar", [], files),
      tar("two.tgz", ["-z"], files),
      zip("two.zip", `[z.write(f) for f in ${JSON.stringify(files)}]`),
    ];
    for (const path of paths) {
      const { content, others } = await opened(path);
      expect(content!.equals(dump), path).toBe(true);
      expect(others, path).toEqual(["core.17"]);
      expect((await opened(path, "core.17")).content!.equals(core), path).toBe(true);
      expect((await opened(path, "heap.hprof")).content!.equals(dump), path).toBe(true);
      expect((await opened(path, "nothing")).format).toMatch(/archive without a dump called nothing/);
    }
    await expect(opened(join(folder, "in/core.17"), "core.17")).rejects.toThrow(
      "is not a zip or tar archive",
    );
  });

  it("without any says so", async () => {
    expect((await opened(tar("none.tgz", ["-z"], ["README"]))).format).toBe(
      "inside gzip: a tar archive without a dump Exhume knows in it (1 file)",
    );
    expect((await opened(zip("none.zip", "z.write('README')"))).format).toBe(
      "a zip archive without a dump Exhume knows in it (1 file)",
    );
  });
});

describe("a damaged archive", () => {
  it("that is encrypted is refused by name", async () => {
    const bytes = readFileSync(zip("plain.zip", "z.write('logs/heap.hprof')"));
    // The flag of both headers.
    bytes[6]! |= 1;
    bytes[bytes.indexOf(Buffer.from("PK\x01\x02", "latin1")) + 8]! |= 1;
    writeFileSync(join(folder, "locked.zip"), bytes);
    expect((await opened(join(folder, "locked.zip"))).format).toBe(
      "a zip archive: logs/heap.hprof in it is encrypted; unpack it with its password first",
    );
  });

  it("shows what stands before the place where it is cut", async () => {
    for (const [name, path] of [
      ["tar", tar("whole.tar", [], ["logs/heap.hprof"])],
      ["tgz", tar("whole.tgz", ["-z"], ["logs/heap.hprof"])],
      ["zip", zip("whole.zip", "z.write('logs/heap.hprof')")],
    ] as const) {
      const bytes = readFileSync(path);
      writeFileSync(join(folder, `cut.${name}`), bytes.subarray(0, bytes.length >> 1));
      const { content, problems } = await opened(join(folder, `cut.${name}`));
      expect(content!.length, name).toBeGreaterThan(dump.length / 8);
      expect(dump.subarray(0, content!.length).equals(content!), name).toBe(true);
      expect(problems, name).toContain("compressed-data-damaged");
    }
  });

  it("with a bit flipped is a problem, another file, or changes nothing", async () => {
    const random = seededRandom(31);
    for (const path of [
      zip("flip.zip", "z.write('logs/heap.hprof')"),
      tar("flip.tgz", ["-z"], ["logs/heap.hprof"]),
    ]) {
      const whole = readFileSync(path);
      const counts = { same: 0, problem: 0, notADump: 0 };
      const ends = Array.from({ length: 60 }, (_, at) => [at, whole.length - 1 - at]).flat();
      const places = Array.from({ length: 60 }, () => Math.floor(random() * whole.length));
      for (const at of [...ends, ...places]) {
        const bytes = Buffer.from(whole);
        bytes[at]! ^= 1 << Math.floor(random() * 8);
        const flipped = join(folder, "flipped");
        writeFileSync(flipped, bytes);
        const { content, problems } = await opened(flipped).catch(() => ({
          content: undefined,
          problems: ["refused"],
        }));
        if (content === undefined) counts.notADump++;
        else if (problems.length > 0) counts.problem++;
        else {
          expect(content.equals(dump), `${path}, byte ${at}`).toBe(true);
          counts.same++;
        }
      }
      expect(counts.problem).toBeGreaterThan(60);
    }
  });
});
