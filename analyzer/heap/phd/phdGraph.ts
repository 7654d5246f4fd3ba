import type { ByteSource } from "../../base/byteSource";
import { javaClassName } from "../../base/javaClassName";
import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { primitiveArrays } from "../../formats/phd/phdRecords";
import type { Csr } from "../graph/edges/csr";
import type { NamedMemoryGraph } from "../graph/memory/graphNames";
import { type AddressOrder, addressOrderOf } from "./addressOrder";
import { assumedRoot, assumedRootsOf } from "./assumedRoots";
import { firstPrimitiveArray, type PhdClass, type PhdObjects, phdKind, readPhdObjects } from "./phdObjects";
import { phdSizes } from "./phdSizes";

/** Structured-cloneable: what is posted to the threads. */
export interface PhdColumns {
  readonly graph: NamedMemoryGraph;
  /** By node why it is taken for a root, 0 for others. */
  readonly rootReasons: Uint8Array;
  /** By node the type that a class object is, plus one; 0 for others. */
  readonly elements: Int32Array;
  /** Names of class objects. */
  readonly classNames: ReadonlyMap<number, string>;
}

const classType = "java.lang.Class";

/** Reads a portable heap dump: all its objects are alive, nothing says by what. */
export function readPhdGraph(source: ByteSource, problems: ProblemList, work: Work): PhdColumns {
  const objects = readPhdObjects(source, work);
  const order = addressOrderOf(objects.addresses);
  const types = typesOf(objects, problems);
  const edges = edgesOf(objects, order, problems, work);
  const { rootReasons, roots } = rootsOf(objects, edges, types);
  problems.add({
    code: "assumed-roots",
    message:
      "A portable heap dump names no GC roots: classes, threads and what no object of the dump refers to are taken for roots. It does not tell soft and weak references from others either.",
    losesData: false,
  });
  return {
    graph: {
      typeNames: types.names,
      typeByObject: types.byNode,
      shallowBytes: phdSizes(objects, order, (node) => types.instanceBytes[types.byNode[node]!]!),
      edges,
      roots,
      ids: idsOf(objects.addresses),
    },
    rootReasons,
    elements: objects.lengths,
    classNames: new Map(objects.classes.map(({ node, jvmName }) => [node, javaClassName(jvmName)])),
  };
}

interface Types {
  readonly names: readonly string[];
  readonly byNode: Uint32Array;
  /** By type; 0 where no class record says it. */
  readonly instanceBytes: readonly number[];
  readonly threadNodes: ReadonlySet<number>;
}

function typesOf({ classes, classOf, kinds, header }: PhdObjects, problems: ProblemList): Types {
  // 1.4.2 says the bytes of the fields only.
  const headerBytes = header.version === 4 && !header.isJ9 ? (header.is64Bit ? 24 : 12) : 0;
  const names: string[] = [];
  const instanceBytes: number[] = [];
  const add = (name: string, bytes: number): number => {
    instanceBytes.push(bytes);
    return names.push(name) - 1;
  };
  const byClass = new Map<number, number>();
  for (const { address, jvmName, instanceBytes: bytes } of classes) {
    if (!byClass.has(address)) byClass.set(address, add(javaClassName(jvmName), bytes + headerBytes));
  }
  const others = new Map<string, number>();
  const named = (name: string): number => {
    const type = others.get(name) ?? add(name, 0);
    others.set(name, type);
    return type;
  };
  const arraysByElement = new Map<number, number>();
  const typeOfClasses = byClass.get(
    classes.find(({ jvmName }) => jvmName === "java/lang/Class")?.address ?? -1,
  );
  let unknown = 0;
  const typeOf = (node: number): number => {
    const type = classOf[node]!;
    if (kinds[node] === phdKind.classObject) return typeOfClasses ?? named(classType);
    if (type <= firstPrimitiveArray)
      return named(javaClassName(primitiveArrays[firstPrimitiveArray - type]![0]));
    const own = byClass.get(type);
    if (own === undefined) unknown++;
    if (kinds[node] !== phdKind.arrayOfClass) return own ?? named("(unknown class)");
    let array = arraysByElement.get(own ?? -1);
    if (array === undefined) {
      array = named(`${own === undefined ? "(unknown class)" : names[own]!}[]`);
      arraysByElement.set(own ?? -1, array);
    }
    return array;
  };
  const byNode = new Uint32Array(new SharedArrayBuffer(4 * classOf.length));
  for (let node = 0; node < byNode.length; node++) byNode[node] = typeOf(node);
  if (unknown > 0) {
    problems.add({
      code: "unknown-class",
      message: `${unknown} objects are of classes that the dump does not describe.`,
      losesData: false,
    });
  }
  const threadTypes = subclassesOf("java/lang/Thread", classes, byClass);
  const threadNodes = new Set<number>();
  for (let node = 0; node < byNode.length; node++) if (threadTypes.has(byNode[node]!)) threadNodes.add(node);
  return { names, byNode, instanceBytes, threadNodes };
}

/** Types of the classes of this name and of all that extend them. */
function subclassesOf(
  jvmName: string,
  classes: readonly PhdClass[],
  byClass: ReadonlyMap<number, number>,
): ReadonlySet<number> {
  const superclasses = new Map(classes.map(({ address, superclass }) => [address, superclass]));
  const isWanted = new Map<number, boolean>(
    classes.filter((one) => one.jvmName === jvmName).map(({ address }) => [address, true]),
  );
  const found = new Set<number>();
  for (const { address } of classes) {
    const way: number[] = [];
    let at: number | undefined = address;
    // Marked before it is known: superclasses that go in a circle end there.
    for (; at !== undefined && !isWanted.has(at); at = superclasses.get(at)) {
      way.push(at);
      isWanted.set(at, false);
    }
    const wanted = at !== undefined && isWanted.get(at) === true;
    for (const one of way) isWanted.set(one, wanted);
    if (isWanted.get(address) === true) found.add(byClass.get(address)!);
  }
  return found;
}

function edgesOf(objects: PhdObjects, order: AddressOrder, problems: ProblemList, work: Work): Csr {
  const { starts, targets: addresses } = objects;
  const nodes = new Uint32Array(new SharedArrayBuffer(4 * addresses.length));
  let kept = 0;
  let from = 0;
  for (let node = 0; node + 1 < starts.length; node++) {
    if (node % stride === 0) {
      work.throwIfCancelled();
      work.report("Finding what references lead to", node / starts.length);
    }
    const end = starts[node + 1]!;
    for (let edge = from; edge < end; edge++) {
      const target = order.nodeAt(addresses[edge]!);
      if (target >= 0) nodes[kept++] = target;
    }
    from = end;
    starts[node + 1] = kept;
  }
  if (kept < addresses.length) {
    problems.add({
      code: "dangling-references",
      message: `${addresses.length - kept} references lead to no object of the dump and were left out.`,
      losesData: true,
    });
  }
  return { starts, targets: nodes.subarray(0, kept) };
}

const stride = 1 << 16;

function rootsOf({ classes, addresses }: PhdObjects, edges: Csr, { threadNodes }: Types) {
  const certain = new Uint8Array(addresses.length);
  for (const { node } of classes) certain[node] = assumedRoot.class;
  for (const node of threadNodes) certain[node] = assumedRoot.thread;
  const rootReasons = assumedRootsOf(edges, certain);
  const roots: number[] = [];
  rootReasons.forEach((reason, node) => {
    if (reason !== 0) roots.push(node);
  });
  return { rootReasons, roots: Uint32Array.from(roots) };
}

function idsOf(addresses: Float64Array): BigUint64Array {
  const ids = new BigUint64Array(new SharedArrayBuffer(8 * addresses.length));
  for (let node = 0; node < ids.length; node++) ids[node] = BigInt(addresses[node]!);
  return ids;
}
