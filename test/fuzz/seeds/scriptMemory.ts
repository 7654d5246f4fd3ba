import type { NodeRelease } from "../../../analyzer/core/javascript/nodeRelease";
import type { V8Constants } from "../../../analyzer/core/javascript/v8Constants";
import { ProcessMemory } from "../../build/processMemory";

/** As V8 11.3 of Node 20 exports them. */
export const scriptConstants: V8Constants = {
  frameMarker: -8,
  frameFunction: -16,
  frameBytecodes: -32,
  frameBytecodeOffset: -40,
  entryFrame: 1,
  constructEntryFrame: 2,
  smiShift: 31,
  instanceType: 12,
  functionShared: 24,
  sharedName: 16,
  sharedScript: 32,
  scriptName: 16,
  scriptSource: 8,
  stringLength: 12,
  stringLetters: 16,
  consFirst: 16,
  consSecond: 24,
  slicedParent: 16,
  slicedOffset: 24,
  thinActual: 16,
  externalResource: 16,
  bytecodes: 54,
  firstNonString: 128,
  representationMask: 7,
  encodingMask: 8,
  scriptType: 167,
  sharedType: 262,
  scopeType: 261,
  bytecodeType: 191,
  bytesType: 190,
  bytecodeWrapper: 24,
  scopeVariables: 3,
  scopeVariableCount: 2,
};

export const scriptRelease: NodeRelease = { node: "20.20.2", v8: "11.3.244.8-node.33" };

const heap = 0x30_0000;
const stack = 0x7ffd_0000_0000;
const functionType = 2066;
const [oneByte, twoByte, cons, sliced, thin] = [8, 0, 9, 11, 13] as const;

/** Memory of a program in V8: two functions of one script, one with the place that was run, called from C++. */
export const scriptMemory = new ProcessMemory().segment(heap, 0x4000).segment(stack, 0x1000);
/** Frame pointer of the innermost call. */
export const scriptFrame = stack + 0x200;

let next = heap;
const maps = new Map<number, number>();

function allot(bytes: number): number {
  const address = next;
  next += Math.ceil(bytes / 16) * 16;
  return address;
}

/** Reference of an object of an instance type, with the words behind its map. */
function object(type: number, bytes: number, ...words: readonly (number | bigint)[]): number {
  let map = maps.get(type);
  if (map === undefined) {
    map = allot(64);
    maps.set(type, map);
    scriptMemory.write(map + 12, [type & 0xff, type >> 8]);
  }
  const address = allot(bytes);
  scriptMemory.words(address, map + 1, ...words);
  return address + 1;
}

const small = (value: number) => BigInt.asUintN(64, BigInt(value) << 32n);

function string(text: string, isOneByte: boolean): number {
  const width = isOneByte ? 1 : 2;
  const reference = object(isOneByte ? oneByte : twoByte, 16 + text.length * width, 0);
  scriptMemory.int(reference - 1 + 12, text.length);
  const letters = Buffer.from(text, isOneByte ? "latin1" : "utf16le");
  scriptMemory.write(reference - 1 + 16, letters);
  return reference;
}

function ofParts(type: number, length: number, first: number, second: number | bigint): number {
  const reference = object(type, 32, 0, first, second);
  scriptMemory.int(reference - 1 + 12, length);
  return reference;
}

const text = "// Käse\nfunction total(price) {\n  return tax(price);\n}\nconst tax = (price) => price;\n";
const half = text.length - 20;
const source = ofParts(cons, text.length, string(text.slice(0, half), true), string(text.slice(half), false));
const name = string("/srv/shop.js?", true);
const script = object(167, 64, source, ofParts(sliced, 12, name, small(0)));
const table = (...bytes: readonly number[]) => {
  const reference = object(190, 16 + bytes.length, small(bytes.length));
  scriptMemory.write(reference - 1 + 16, bytes);
  return reference;
};

function functionNamed(called: string, start: number, end: number): number {
  const own = ofParts(thin, called.length, string(called, true), 0);
  const scope = object(261, 96, small(0), small(1), small(0), own, small(1), small(start), small(end));
  const shared = object(262, 48, 0, scope, 0, script);
  return object(functionType, 64, 0, 0, shared);
}

const start = text.indexOf("(price)");
const total = functionNamed("total", start, text.indexOf("}") + 1);
const arrow = text.lastIndexOf("(price)");
const tax = functionNamed("tax", arrow, text.length - 2);
// Steps by 1 and by 5 instructions, to the start of the function and on to the call.
const at = text.indexOf("tax(price)");
const places = table(0, 2 * 2 * (start + 1), 5 * 2 + 1, 2 * 2 * (at - start));
const bytecodes = object(191, 64, small(10), 0, 0, places);
scriptMemory
  .words(scriptFrame, scriptFrame + 0x100)
  .words(scriptFrame - 40, heap + 1, bytecodes, 0, tax, heap + 1);
const outer = scriptFrame + 0x100;
scriptMemory.words(outer, outer + 0x100).words(outer - 40, small(54 - 1 + 5), bytecodes, 0, total, heap + 1);
// C++ called JavaScript here.
scriptMemory.words(outer + 0x100 - 8, 2);
