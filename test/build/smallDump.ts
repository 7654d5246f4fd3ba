import { type BuilderOptions, HprofBuilder } from "./hprofBuilder";

const object = 0x1000n;
const classClass = 0x1100n;
const string = 0x1200n;
const node = 0x1300n;
const nodeArray = 0x1400n;
const reference = 0x1500n;
const weak = 0x1600n;

/** Seven objects of all kinds: a static, a cycle-free list, a string, an array with a dangling slot, a weak reference. */
export function smallDump(options: BuilderOptions = {}): HprofBuilder {
  return new HprofBuilder(options)
    .class(object, "java/lang/Object")
    .class(classClass, "java/lang/Class", { super: object })
    .class(string, "java/lang/String", {
      super: object,
      fields: [
        ["value", "object"],
        ["coder", "byte"],
        ["hash", "int"],
      ],
    })
    .class(node, "com/example/Node", {
      super: object,
      fields: [
        ["next", "object"],
        ["name", "object"],
        ["weight", "long"],
      ],
      statics: [["first", "object", 0x2000n]],
    })
    .class(nodeArray, "[Lcom/example/Node;", { super: object })
    .class(reference, "java/lang/ref/Reference", { super: object, fields: [["referent", "object"]] })
    .class(weak, "java/lang/ref/WeakReference", { super: reference })
    .root("sticky-class", node)
    .instance(0x2000n, node, { next: 0x2040n, name: 0x2080n, weight: -7n })
    .instance(0x2040n, node, { weight: 3n })
    .instance(0x2080n, string, { value: 0x20c0n })
    .primitiveArray(0x20c0n, "byte", [72, 101, 105])
    .objectArray(0x2100n, nodeArray, [0x2040n, 0n, 0x2000n, 0xdead8n])
    .instance(0x2140n, weak, { referent: 0x2180n })
    .primitiveArray(0x2180n, "long", [1n, 2n])
    .root("jni-global", 0x2140n);
}
