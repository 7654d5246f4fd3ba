import { addresses, type JavaMachine, type JavaStackMemory, javaStackMemory } from "./javaStackMemory";

/**
 * A JVM with virtual threads, as JDK 21 and later keep them: one that the first thread of the system runs, one that waits
 * for a monitor with its stack in a chunk, one of a pool that is parked, and one of a structured task of that.
 */
export function virtualThreadMemory(): VirtualThreadMemory {
  let made: VirtualThreadPlaces | undefined;
  const add = (machine: JavaMachine) => {
    made = addVirtualThreads(machine);
  };
  const machine = javaStackMemory({ bytes: 0x4000, threadField: "_vthread", add });
  return { ...machine, at: made! };
}

/** Addresses of objects. */
interface VirtualThreadPlaces {
  readonly first: number;
  readonly carried: number;
  readonly blocked: number;
  readonly parked: number;
  readonly task: number;
  /** What has the threads that belong to no pool, and its only list. */
  readonly table: number;
  readonly entry: number;
  readonly chunk: number;
}

export interface VirtualThreadMemory extends JavaStackMemory {
  readonly at: VirtualThreadPlaces;
}

const area = 0x9500_0000;
const states = { NEW: 0, RUNNING: 3, PARKED: 5, BLOCKED: 12, TERMINATED: 99 } as const;
const threadBytes = 96;
const chunkFieldBytes = 48;

function addVirtualThreads({ memory, tables, klass, text, ...machine }: JavaMachine): VirtualThreadPlaces {
  memory.segment(area, 0x1000);
  let free = area;
  const room = (bytes: number) => {
    const at = free;
    free += Math.ceil(bytes / 8) * 8;
    return at;
  };
  const object = (type: number, ...words: readonly number[]) => {
    const at = room(16 + 8 * words.length);
    memory.words(at, 1, type, ...words);
    return at;
  };
  /** Static fields are in the object of the class, from its 16th byte on. */
  const withStatics = (
    name: string,
    bytes: number,
    statics: Readonly<Record<string, number>>,
    signature: string,
  ) => {
    const entries = Object.entries(statics);
    const own = entries.map(([field], index) => [field, 16 + 8 * index, signature, "static"] as const);
    const at = klass(name, bytes, name === virtualThread ? [...own, ...threadFields] : own);
    const mirror = object(0, ...entries.map(([, value]) => value));
    tables.fill(at, "Klass", { _java_mirror: mirror });
    return at;
  };

  // Sets whose keys are threads, and references to containers.
  const setKlass = klass("java/util/concurrent/ConcurrentHashMap$KeySetView", 24, [["map", 16]]);
  const mapKlass = klass("java/util/concurrent/ConcurrentHashMap", 24, [["table", 16]]);
  const tableKlass = klass("[Ljava/util/concurrent/ConcurrentHashMap$Node;", 0x8018_0c03 | 0);
  const nodeKlass = klass("java/util/concurrent/ConcurrentHashMap$Node", 32, [
    ["key", 16],
    ["next", 24],
  ]);
  const treeKlass = klass("java/util/concurrent/ConcurrentHashMap$TreeBin", 24, [["first", 16]]);
  const movedKlass = klass("java/util/concurrent/ConcurrentHashMap$ForwardingNode", 24, [["nextTable", 16]]);
  const table = (...bins: readonly number[]) => object(tableKlass, bins.length, ...bins);
  const set = (bins: number) => object(setKlass, object(mapKlass, bins));
  const node = (key: number, next = 0) => object(nodeKlass, key, next);

  const threadKlass = withStatics(virtualThread, threadBytes, states, "I");
  tables.fill(threadKlass, "Klass", { _super: machine.threadKlass });
  const thread = (
    id: number,
    name: string,
    rest: {
      readonly state: number;
      readonly blocker?: number;
      readonly carrier?: number;
      readonly stack?: number;
    },
  ) => {
    const { state, blocker = 0, carrier = 0, stack = 0 } = rest;
    const called = name === "" ? 0 : text(room(0x70), name);
    return object(threadKlass, called, id, 0, 1, 5, blocker, state, carrier, stack, 0);
  };

  // What a thread had called when it was put aside: a compiled method, and an interpreted one that had called that.
  const continuationKlass = klass("jdk/internal/vm/Continuation", 24, [["tail", 16]]);
  const chunkKlass = klass("jdk/internal/vm/StackChunk", chunkFieldBytes, [
    ["size", 16],
    ["sp", 20],
    ["bottom", 24],
    ["parent", 32],
  ]);
  const chunkWords = 32;
  const firstWord = 4;
  const chunk = object(chunkKlass, 0, chunkWords, 0, addresses.compiledCode + 0x40);
  memory.int(chunk + 16, chunkWords).int(chunk + 20, firstWord);
  const top = room(8 * chunkWords) + 8 * firstWord;
  const fp = top + 48 + 104;
  memory
    .words(top + 8, machine.till)
    // Frame pointers are numbers of words from where they stand.
    .words(top + 32, (fp - (top + 32)) / 8, addresses.interpreter + 0x80)
    .words(fp - 88, 0, machine.till)
    .words(fp - 72, 0x1_0000_0000_0000_0000n - 11n, machine.main.code + 9)
    .words(fp - 24, machine.main.at);
  const frozen = object(continuationKlass, chunk);

  const carried = thread(31, "buyer", { state: states.RUNNING, carrier: machine.first });
  const blocked = thread(32, "seller", { state: states.BLOCKED, stack: frozen });
  const parked = thread(33, "", { state: states.PARKED, blocker: machine.lock });
  const task = thread(34, "task", { state: states.NEW });

  const flockKlass = klass("jdk/internal/misc/ThreadFlock", 24, [["threads", 16]]);
  const scopeKlass = klass("jdk/internal/misc/ThreadFlock$ThreadContainerImpl", 32, [
    ["flock", 16],
    ["previous", 24],
  ]);
  const poolKlass = klass("jdk/internal/vm/SharedThreadContainer", 24, [["virtualThreads", 16]]);
  const weakKlass = klass("java/lang/ref/WeakReference", 24, [["referent", 16]]);
  memory.words(parked + 88, object(scopeKlass, object(flockKlass, set(table(node(task)))), 0));
  // This table is growing: all of its only bin has been moved.
  const pool = object(poolKlass, set(table(object(movedKlass, table(node(parked), 0)))));
  const entry = node(blocked, node(carried));
  const ownTable = table(0, object(treeKlass, entry));
  const alone = set(ownTable);
  const tracking = "jdk/internal/vm/ThreadContainers$RootContainer$TrackingRootContainer";
  const root = object(withStatics(tracking, 16, { VTHREADS: alone }, "J"));
  const containers = { ROOT_CONTAINER: root, CONTAINER_REGISTRY: set(table(node(object(weakKlass, pool)))) };
  withStatics("jdk/internal/vm/ThreadContainers", 16, containers, "J");
  tables.fill(machine.firstThread, "JavaThread", { _vthread: tables.word(carried) });
  return { first: machine.first, carried, blocked, parked, task, table: ownTable, entry, chunk };
}

const virtualThread = "java/lang/VirtualThread";
const threadFields = [
  ["state", 64],
  ["carrierThread", 72],
  ["cont", 80],
  ["headStackableScopes", 88],
] as const;
