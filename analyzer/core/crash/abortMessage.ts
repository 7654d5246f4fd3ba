import { formatHex } from "../../base/units";
import { protection } from "../memorySegment";
import { moduleNameOf } from "../modules/processModule";
import { assertionIn } from "./assertionText";
import { type CrashScene, findSymbol, isLibrary } from "./crashScene";
import type { DeathCause } from "./deathCause";
import { messageAt } from "./foreignMessage";

/** Pointers in which libraries keep what they wrote before they aborted. */
const pointers: readonly {
  readonly symbol: string;
  readonly library: RegExp;
  /** Bytes before the text: glibc keeps the size of its block there. */
  readonly skip: bigint;
}[] = [
  // glibc, assert/assert.c and sysdeps/posix/libc_fatal.c: `struct abort_msg_s { unsigned int size; char msg[]; }`.
  { symbol: "__abort_msg", library: /^libc[-.]/, skip: 4n },
  { symbol: "__glib_assert_msg", library: /^libglib/, skip: 0n },
];

/** What the C library or GLib said before it aborted. */
export function abortMessage(scene: CrashScene): DeathCause | undefined {
  if (scene.signal.name !== "SIGABRT") return undefined;
  const { memory } = scene.process.image;
  for (const { symbol, library, skip } of pointers) {
    const found = findSymbol(scene, [symbol], isLibrary(library));
    if (found === undefined) continue;
    const block = memory.pointer(found.address);
    if (block === undefined || block === 0n) continue;
    const text = messageAt(memory, block + skip);
    if (text === undefined) continue;
    const evidence = `${symbol} of ${moduleNameOf(found.module)}, text at ${formatHex(block + skip)}`;
    return causeOf(text, evidence);
  }
  return messageByShape(scene);
}

const pageBytes = 4096;
const mostBlockBytes = 1 << 20;
const mostVariableBytes = 1 << 18;

/**
 * glibc whose file is missing, so that no symbol names the pointer: it is among its variables, and leads to whole pages
 * of their own that begin with their size and then have a line of text.
 */
function messageByShape({ process }: CrashScene): DeathCause | undefined {
  const { memory } = process.image;
  const word = memory.pointerBytes;
  for (const module of process.modules.filter(isLibrary(/^libc[-.]/))) {
    // What follows the file's own data are variables that begin as zeros.
    const own = memory.segments.filter(
      ({ start, end, protection: allowed }) =>
        (allowed & protection.write) !== 0 && start <= module.end && end > module.start,
    );
    for (const { start, end } of own) {
      const bytes = memory.bytes(start, Math.min(Number(end - start), mostVariableBytes));
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let at = 0; at + word <= bytes.length; at += word) {
        // Nearly every word fails by its lowest bits.
        if ((view.getUint16(memory.littleEndian ? at : at + word - 2, memory.littleEndian) & 0xfff) !== 0)
          continue;
        const value = memory.pointerIn(view, at);
        if (value === 0n || value % BigInt(pageBytes) !== 0n) continue;
        const size = memory.u32(value) ?? 0;
        if (size === 0 || size % pageBytes !== 0 || size > mostBlockBytes) continue;
        const text = messageAt(memory, value + 4n);
        if (text === undefined) continue;
        const where = `at ${formatHex(value + 4n)}, to which a variable of ${moduleNameOf(module)} points`;
        return causeOf(text, `the text ${where}`);
      }
    }
  }
  return undefined;
}

function causeOf(text: string, evidence: string): DeathCause {
  const condition = assertionIn(text);
  if (condition !== undefined)
    return { kind: "assertion", words: `assertion failed: ${condition}`, evidence };
  // `*** stack smashing detected ***: terminated`
  const words = text.replace(/^\*\*\* | \*\*\*: terminated$/g, "");
  const isStackDamaged = words === "stack smashing detected";
  return { kind: "abortMessage", words, evidence, ...(isStackDamaged && { isStackDamaged }) };
}
