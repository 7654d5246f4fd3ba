import type { ByteSource } from "../../../base/byteSource";
import type { Work } from "../../../base/work";
import type { ProcessSnapshot } from "../../processSnapshot";
import { readClassLoaderData } from "../classLoaderData";
import { javaCodeOf } from "../frames/javaCode";
import { type HeapWalk, type HeapWalkInputs, walkHeap } from "../heapWalk";
import { JavaObjects } from "../javaObjects";
import type { JavaVirtualMachine } from "../javaVirtualMachine";
import { readHandleForm, readReferenceForm } from "../referenceForm";
import { findHeapRoots, type StackOf } from "../roots/heapRoots";
import { type RootColumns, rootColumnsOf, rootsIn, threadsIn } from "../roots/rootColumns";
import { virtualThreadClass } from "../virtualThreads/stackChunks";
import { waitingThreads } from "../virtualThreads/waitingThreads";
import { BlockTable } from "./blockTable";
import { readClassObjectFields } from "./classObjectFields";
import { headRecords } from "./headRecords";
import { heapExtentsOf } from "./heapPages";
import { objectStarts } from "./objectStarts";
import { readDumpedClasses, recordClassesOf } from "./recordClasses";
import type { BlockColumns, RecordClasses, VirtualHeapDump } from "./virtualHeapDump";

const mostVirtualThreads = 1_000_000;

/** What the walk over a heap and its roots found: it holds no contents, so that it may be kept. */
export interface WalkedHeap extends HeapWalk {
  readonly blocks: BlockColumns;
  readonly blockBytes: number;
  readonly roots: RootColumns;
  /** Arrays left out because the file has no record as long. */
  readonly leftOutArrays: number;
  /** Handles the JVM counted and that were not found. */
  readonly lostHandles: number;
  /** False when the JVM's storages of handles were not found. */
  readonly hasStorages: boolean;
}

interface WalkedBlocks extends Omit<WalkedHeap, "roots" | "lostHandles" | "hasStorages"> {
  /** Addresses of the virtual threads. */
  readonly virtualThreads: readonly number[];
}

export interface MadeHeapDump {
  readonly dump: VirtualHeapDump;
  readonly walk: WalkedHeap;
}

/**
 * Walks the Java heap of a core once, and makes of it what it takes to read it as a heap dump.
 * @param core the file of the image
 * @param options what an earlier walk of the same heap found, and how stacks of threads are followed
 * @returns undefined when the JVM does not say how its heap and its objects are laid out
 * @throws ExhumeError `cancelled`
 */
export function makeVirtualHeapDump(
  image: ProcessSnapshot,
  core: ByteSource,
  vm: JavaVirtualMachine,
  work: Work,
  { known, stackOf }: { readonly known?: WalkedHeap | undefined; readonly stackOf?: StackOf } = {},
): MadeHeapDump | undefined {
  const { structs, flags, heap, threads } = vm;
  const { memory } = image;
  const objects = JavaObjects.of(structs, flags);
  if (objects === undefined || heap === undefined || heap.spaces.length === 0) return undefined;
  const { layout, references, klasses } = objects;
  const loaders = readClassLoaderData(structs, references);
  const dumpedClasses = readDumpedClasses({ structs, layout, klasses, references, loaders });
  const classes = recordClassesOf({ structs, layout, klasses }, dumpedClasses);
  const spaces = [...heap.spaces].sort((a, b) => a.start - b.start);
  const pages = heapExtentsOf(memory, spaces);
  const form = readReferenceForm(structs, layout);
  const walk = known ?? walkOnce();
  const { blocks } = walk;
  const described = { blocks, layout, references: form, classes, pages };
  const head = headRecords({
    structs,
    references,
    classes: dumpedClasses,
    fieldBytes: classes.fieldBytes,
    classObjects: readClassObjectFields(structs, klasses),
    threads: threadsIn(walk.roots),
    roots: rootsIn(walk.roots),
  });
  return {
    dump: { ...described, head, byteLength: head.length + walk.blockBytes },
    walk,
  };

  function walkOnce(): WalkedHeap {
    const inputs = { memory, structs, flags, layout, klasses, spaces, threads };
    const walked = walkBlocks(inputs, classes, work);
    const found = findHeapRoots(
      {
        image,
        vm,
        objects: objects!,
        stackOf,
        waiting: waitingThreads(objects!, javaCodeOf(image), walked.virtualThreads),
        handles: readHandleForm(structs, layout),
        loaders,
        bootClasses: dumpedClasses
          .filter(({ loader, isArray, id }) => loader.isStrong && !isArray && id !== 0)
          .map(({ id }) => id),
        heldByClasses: new Set(
          dumpedClasses.flatMap(({ id, resolvedReferences }) => [id, resolvedReferences]),
        ),
      },
      work,
    );
    const addresses = found.roots.distinctObjects(found.threads.map(({ object }) => object));
    const shape = { blocks: walked.blocks, layout, references: form, classes, pages };
    const starts = objectStarts(shape, core, addresses, work);
    const roots = found.roots.columnsOf((object) => starts.has(object));
    const { lostHandles, hasStorages } = found;
    return { ...walked, roots: rootColumnsOf(roots, found.threads), lostHandles, hasStorages };
  }
}

function walkBlocks(inputs: HeapWalkInputs, classes: RecordClasses, work: Work): WalkedBlocks {
  const { structs, layout } = inputs;
  const standsForClass = (mirror: number) =>
    layout.mirrorKlassAt !== undefined && structs.wordAt(mirror + layout.mirrorKlassAt) !== 0;
  const table = new BlockTable(classes, layout.alignment, standsForClass);
  const virtualThreads: number[] = [];
  const virtualThread = inputs.klasses.byNameOrUndefined(virtualThreadClass);
  const wanted = virtualThread === undefined ? -1 : inputs.klasses.indexAt(virtualThread.address);
  const walk = walkHeap(
    inputs,
    (address, klass, bytes, elements) => {
      table.add(address, klass, bytes, elements);
      if (klass === wanted && virtualThreads.length < mostVirtualThreads) virtualThreads.push(address);
    },
    work,
  );
  const { blocks, byteLength } = table.finish();
  return { ...walk, blocks, blockBytes: byteLength, virtualThreads, leftOutArrays: table.leftOut };
}
