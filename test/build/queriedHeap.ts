import type { ClassIndex, Heap, ObjectIndex } from "../../analyzer/heap/heap";
import { stringOf } from "../../analyzer/heap/java/objects/strings";
import { findJdks, makeJavaDump } from "./javaDumps";
import { openFile } from "./openFile";

/** The heap that forms of queries are asked of, and loops over it that know nothing of queries. */
export interface QueriedHeap {
  readonly heap: Heap;
  /** Instances, and the class objects of classes that have one. */
  readonly all: readonly ObjectIndex[];
  /** Of exactly this class. */
  typed(className: string): ObjectIndex[];
  /** Of the class or one that extends it. */
  kindOf(className: string): ObjectIndex[];
  numberIn(object: ObjectIndex, field: string): number;
  text(object: ObjectIndex): string;
  /** What a reference field leads to. */
  target(object: ObjectIndex, field: string): ObjectIndex | undefined;
  /** A form with `0xVECTORS`, `0xVECTOR` and `SNAPSHOT` put in. */
  filled(form: string): string;
}

export async function openQueriedHeap(): Promise<QueriedHeap> {
  const jdk = findJdks().at(-1)!;
  const flags = ["-Xmx32m", "-XX:+UseSerialGC"];
  const { dump } = await makeJavaDump({ program: "QueryHeap.java", jdk, flags });
  const heap = await openFile(dump);
  const all: ObjectIndex[] = [];
  for (let object = 0; object < heap.nodeCount; object++) {
    const type = heap.classOfClassObject(object as ObjectIndex);
    if (type === undefined || heap.classes.idOf(type) !== 0n) all.push(object as ObjectIndex);
  }
  const typed = (name: string) => all.filter((object) => heap.classNameOf(object) === name);
  return {
    heap,
    all,
    typed,
    kindOf(name) {
      const ancestor = heap.classes.findByName(name)[0]!;
      const isOne = (type: ClassIndex) => type === ancestor || heap.classes.isSubclassOf(type, ancestor);
      return all.filter((object) => isOne(heap.classOf(object)));
    },
    numberIn(object, field) {
      const value = heap.fieldOf(object, field);
      return value?.type === "int" ? value.value : Number.NaN;
    },
    text: (object) => stringOf(heap, object, 100_000) ?? "",
    target(object, field) {
      const value = heap.fieldOf(object, field);
      return value?.type === "object" ? heap.indexOf(value.id) : undefined;
    },
    filled(form) {
      const vectors = heap.classes.findByName("java.util.Vector")[0]!;
      return form
        .replaceAll("SNAPSHOT", ["$", "{snapshot}"].join(""))
        .replaceAll("0xVECTORS", `0x${heap.classes.idOf(vectors).toString(16)}`)
        .replaceAll("0xVECTOR", `0x${heap.idOf(typed("java.util.Vector")[0]!).toString(16)}`);
    },
  };
}
