import { formatCount } from "../../base/figures";
import type { GraphAdapter } from "../graph/memory/graphAdapter";
import { assumedRoot } from "./assumedRoots";
import { type PhdColumns, readPhdGraph } from "./phdGraph";

/** Portable heap dumps of IBM's JVM and of OpenJ9: objects, classes and references, no names of fields, no contents. */
export const phdAdapter: GraphAdapter<PhdColumns> = {
  read: readPhdGraph,
  namesOf({ rootReasons, elements, classNames }, source) {
    return {
      path: source.name,
      nameOfEdge: () => ({ kind: "reference" }),
      labelOf(node) {
        const name = classNames.get(node);
        if (name !== undefined) return `class ${name}`;
        return elements[node]! < 0 ? undefined : `length ${formatCount(elements[node]!)}`;
      },
      rootKindsOf: (node) => [rootWords[rootReasons[node]!] ?? "root"],
      isOwnType: (name) => !runtimeClass.test(name),
    };
  },
};

const rootWords: Readonly<Record<number, string>> = {
  [assumedRoot.class]: "class",
  [assumedRoot.thread]: "thread",
  [assumedRoot.unreferenced]: "no object of the dump refers to it",
  [assumedRoot.ring]: "of a ring that no object outside refers to",
};

/** What comes with the JVM, and arrays of it. */
const runtimeClass =
  /^(java|javax|jdk|sun|com\.sun|com\.ibm|openj9)\.|^(boolean|char|float|double|byte|short|int|long)\[|^\(/;
