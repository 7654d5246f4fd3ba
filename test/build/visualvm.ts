import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Jdk } from "./javaDumps";
import { javac } from "./jdkTools";
import { folderMadeOnce } from "./madeOnce";

const library = "/usr/share/visualvm/visualvm/modules/org-graalvm-visualvm-lib-jfluid-heap.jar";
const root = resolve(__dirname, "../..");

export interface Judged {
  readonly instances: number;
  readonly bytes: number;
  /** Objects that are GC roots. */
  readonly roots: number;
  readonly classes: ReadonlyMap<string, { readonly instances: number; readonly bytes: number }>;
  readonly biggest: readonly {
    readonly id: bigint;
    readonly className: string;
    readonly shallow: number;
    readonly retained: number;
  }[];
}

/** What VisualVM's heap library says of a dump. @throws when the package is not installed */
export function judgeHeap(dump: string, jdk: Jdk, top: number): Judged {
  const jars = [
    library,
    ...["org-openide-util.jar", "org-openide-util-lookup.jar"].map((name) => join("/usr/share/java", name)),
  ];
  const missing = jars.find((jar) => !existsSync(jar));
  if (missing !== undefined) throw new Error(`${missing} is missing. Install it: apt-get install visualvm`);
  const source = join(root, "test/programs/java/HeapJudge.java");
  const key = createHash("sha256").update(readFileSync(source)).digest("hex").slice(0, 16);
  const classes = join(root, ".cache/java", `judge-${jdk.version}-${key}`);
  folderMadeOnce(classes, (fresh) => {
    javac(jdk.home, "-cp", jars.join(":"), "-d", fresh, source);
  });
  const classPath = [...jars, classes].join(":");
  const output = execFileSync(
    join(jdk.home, "bin/java"),
    ["-Xmx1g", "-cp", classPath, "HeapJudge", dump, String(top)],
    { encoding: "utf8", maxBuffer: 1 << 28 },
  );
  const rows = output.split("\n").map((line) => line.split("\t"));
  const totals = rows.find(([kind]) => kind === "totals")!;
  return {
    instances: Number(totals[1]),
    bytes: Number(totals[2]),
    roots: Number(rows.find(([kind]) => kind === "roots")![1]),
    classes: classesIn(rows),
    biggest: rows
      .filter(([kind]) => kind === "retained")
      .map(([, id, className, shallow, retained]) => ({
        id: BigInt(`0x${id}`),
        className: className!,
        shallow: Number(shallow),
        retained: Number(retained),
      })),
  };
}

/** Classes of one name, of several loaders, are one row. */
function classesIn(rows: readonly (readonly string[])[]): Judged["classes"] {
  const classes = new Map<string, { instances: number; bytes: number }>();
  for (const [kind, name, instances, bytes] of rows) {
    if (kind !== "class") continue;
    const before = classes.get(name!) ?? { instances: 0, bytes: 0 };
    classes.set(name!, {
      instances: before.instances + Number(instances),
      bytes: before.bytes + Number(bytes),
    });
  }
  return classes;
}
