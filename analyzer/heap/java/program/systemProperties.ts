import type { Heap, ObjectIndex } from "../../heap";
import { entriesOf } from "../collections/entries";
import { referenceIn, staticReferenceIn } from "../objects/fieldReads";
import { stringOf } from "../objects/strings";

export interface SystemProperty {
  readonly name: string;
  readonly value: string;
  readonly source: "system properties" | "VM arguments" | "environment";
}

const maximumText = 8192;
/** A chain of defaults that leads back to itself is a damaged dump. */
const mostDefaults = 16;

/**
 * `System.getProperties()`, the arguments of the JVM and the environment, as far as the heap has them. It is what
 * the process was told: secrets included.
 */
export function systemProperties(heap: Heap): SystemProperty[] {
  return [...propertiesOf(heap), ...argumentsOf(heap), ...environmentOf(heap)].sort(
    (a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
}

function rank({ source }: SystemProperty): number {
  return source === "system properties" ? 0 : source === "VM arguments" ? 1 : 2;
}

function* propertiesOf(heap: Heap): Generator<SystemProperty> {
  let properties = staticIn(heap, "java.lang.System", "props");
  const told = new Set<string>();
  // What is not set is looked for in the defaults, and in theirs.
  for (let depth = 0; properties !== undefined && depth < mostDefaults; depth++) {
    // JDK 9+ keeps them in a ConcurrentHashMap behind the Hashtable that Properties still is.
    const map: ObjectIndex = referenceIn(heap, properties, "map") ?? properties;
    for (const [name, value] of textEntries(heap, map)) {
      if (told.has(name)) continue;
      told.add(name);
      yield { name, value, source: "system properties" };
    }
    properties = referenceIn(heap, properties, "defaults");
  }
}

/** Arguments are in the heap once somebody asked the RuntimeMXBean for them. */
function* argumentsOf(heap: Heap): Generator<SystemProperty> {
  for (const [className, field] of [
    ["sun.management.VMManagementImpl", "vmArgs"],
    ["jdk.internal.misc.VM", "savedArgs"],
  ] as const) {
    for (const type of heap.classes.findByName(className)) {
      let object: ObjectIndex | undefined;
      heap.forEachInstance(type, (instance) => {
        object = referenceIn(heap, instance, field);
        return object === undefined;
      });
      if (object === undefined) continue;
      let position = 0;
      for (const { value } of entriesOf(heap, object)) {
        const text = textOf(heap, value);
        if (text !== undefined) yield { name: `[${position++}]`, value: text, source: "VM arguments" };
      }
    }
  }
}

function* environmentOf(heap: Heap): Generator<SystemProperty> {
  const environment = staticIn(heap, "java.lang.ProcessEnvironment", "theEnvironment");
  if (environment === undefined) return;
  for (const { key, value } of entriesOf(heap, environment)) {
    const name = bytesText(heap, key);
    const text = bytesText(heap, value);
    if (name !== undefined && text !== undefined) yield { name, value: text, source: "environment" };
  }
}

/** Variables and values of the environment are objects around a byte[] on Unix. */
function bytesText(heap: Heap, id: bigint | undefined): string | undefined {
  const object = id === undefined ? undefined : heap.indexOf(id);
  if (object === undefined) return undefined;
  const own = stringOf(heap, object, maximumText);
  if (own !== undefined) return own;
  const text = referenceIn(heap, object, "str");
  return text === undefined ? undefined : stringOf(heap, text, maximumText);
}

function* textEntries(heap: Heap, map: ObjectIndex): Generator<[string, string]> {
  for (const { key, value } of entriesOf(heap, map)) {
    const name = textOf(heap, key);
    if (name !== undefined) yield [name, textOf(heap, value) ?? ""];
  }
}

function textOf(heap: Heap, id: bigint | undefined): string | undefined {
  const object = id === undefined ? undefined : heap.indexOf(id);
  return object === undefined ? undefined : stringOf(heap, object, maximumText);
}

function staticIn(heap: Heap, className: string, field: string): ObjectIndex | undefined {
  for (const type of heap.classes.findByName(className)) {
    const found = staticReferenceIn(heap, type, field);
    if (found !== undefined) return found;
  }
  return undefined;
}
