import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, it } from "vitest";
import { unwatched } from "../../../analyzer/base/work";
import { entriesOf } from "../../../analyzer/heap/java/collections/entries";
import { staticReferenceIn } from "../../../analyzer/heap/java/objects/fieldReads";
import { SourceService } from "../../../analyzer/session/sources/sourceService";
import { findJdks, makeJavaDump } from "../../build/javaDumps";
import { openFile } from "../../build/openFile";

const folder = resolve(__dirname, "../../programs/java");
const lines = readFileSync(join(folder, "Names.java"), "utf8").split("\n");
const marked = (mark: string) => lines.findIndex((line) => line.endsWith(`// ${mark}`)) + 1;

const home = mkdtempSync(join(tmpdir(), "exhume-home-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** What each object of the program's list is an object of; a lambda has no declaration but its class's. */
const declarations = [
  "outer",
  "inner",
  "deeper",
  "nested",
  "local",
  "record",
  "enum",
  "constant",
  "secondary",
  "anonymous",
  "outer",
];

it.each(findJdks().map((jdk) => [jdk.version, jdk] as const))(
  "finds the line of every kind of class in a dump of JDK %i",
  async (_, jdk) => {
    const { dump } = await makeJavaDump({
      program: "Names.java",
      jdk,
      flags: ["-Xmx32m", "-XX:+UseSerialGC"],
    });
    const heap = await openFile(dump);
    const [type] = heap.classes.findByName("Names");
    const kept = staticReferenceIn(heap, type!, "KEPT")!;
    const names = [...entriesOf(heap, kept)].map(({ value }) =>
      heap.classes.nameOf(heap.classOf(heap.indexOf(value)!)),
    );
    const service = new SourceService({ HOME: home, XDG_CACHE_HOME: home });
    service.setRoots([folder]);
    const found: string[] = [];
    for (const className of names) {
      const { locations } = await service.answers["source/class"]({ className }, unwatched);
      const [place] = locations.filter(({ path }) => path.endsWith("/Names.java"));
      found.push(`${className} ${place?.line}`);
    }
    expect(found).toEqual(names.map((name, at) => `${name} ${marked(declarations[at]!)}`));
    expect(names.at(-1)).toMatch(/^Names\$\$Lambda/);
  },
);
