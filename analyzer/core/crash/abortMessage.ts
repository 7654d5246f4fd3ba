import { formatHex } from "../../base/units";
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
  return undefined;
}

function causeOf(text: string, evidence: string): DeathCause {
  const condition = assertionIn(text);
  if (condition !== undefined)
    return { kind: "assertion", words: `assertion failed: ${condition}`, evidence };
  // `*** stack smashing detected ***: terminated`
  const words = text.replace(/^\*\*\* | \*\*\*: terminated$/g, "");
  return { kind: "abortMessage", words, evidence };
}
