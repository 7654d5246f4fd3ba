import { formatHex } from "../../base/units";
import type { MemoryImage } from "../memoryImage";
import { protection } from "../memorySegment";
import { type CrashScene, stackPointerOf } from "./crashScene";
import type { DeathCause } from "./deathCause";
import { messageOf } from "./foreignMessage";

const handlers =
  /(^|::)(rust_begin_unwind|begin_panic_handler|begin_panic|panic_fmt|rust_panic_with_hook|rust_panic|__rust_start_panic|panic_nounwind\w*|panic_cannot_unwind)(::|$)/;
const runtime = /^(<?(std|core|alloc|panic_abort|__rustc)(::|\b)|rust_|__rust|_?Unwind)/;
const mostBytes = 64 << 10;
const longestPath = 4096;

/** The message and the place of a Rust panic, which its runtime hands on in its frames. */
export function rustPanic(scene: CrashScene): DeathCause | undefined {
  const { signal, frames, process } = scene;
  const { memory } = process.image;
  if (signal.name !== "SIGABRT" && signal.name !== "SIGILL") return undefined;
  const last = frames.findLastIndex(({ functions }) =>
    functions.some(({ function: name }) => name !== undefined && handlers.test(name)),
  );
  if (last < 0 || memory.pointerBytes !== 8) return undefined;
  const user = frames.findIndex(
    ({ functions }, at) =>
      at > last && functions.some(({ function: name }) => name !== undefined && !runtime.test(name)),
  );
  const start = stackPointerOf(scene);
  const end = frames[last]!.frame.frameAddress ?? start;
  const length = Number(end - start);
  const stack = memory.bytes(start, length > 0 && length < mostBytes ? length : mostBytes);
  const words = new BigUint64Array(stack.slice(0, stack.length - (stack.length % 8)).buffer);
  const place = findPlace(memory, words);
  const message = findMessage(memory, words, place?.path);
  const at = place === undefined ? "" : ` (${place.text})`;
  return {
    kind: "rustPanic",
    words: message === undefined ? `Rust panic${at}` : `Rust panic: ${message.text}${at}`,
    evidence:
      message === undefined
        ? "the frames of Rust's panic handler"
        : `a text at ${formatHex(message.address)} that the panic handler holds`,
    blamed: user < 0 ? last + 1 : user,
  };
}

/** `core::panic::Location`: the path's address and length, line and column. */
function findPlace(memory: MemoryImage, words: BigUint64Array) {
  const seen = new Set<bigint>();
  let ofRuntime: { readonly path: string; readonly text: string } | undefined;
  for (const word of words) {
    if (word < 4096n || word % 8n !== 0n || seen.has(word)) continue;
    seen.add(word);
    const length = memory.u64(word + 8n);
    const line = memory.u32(word + 16n) ?? 0;
    const column = memory.u32(word + 20n) ?? 0;
    if (length === undefined || length < 4n || length > longestPath) continue;
    if (!(line > 0 && line < 1e6 && column > 0 && column < 1e5)) continue;
    const address = memory.u64(word)!;
    const path = messageOf(memory, address, Number(length));
    if (!path?.endsWith(".rs")) continue;
    const place = { path, text: `${path}:${line}:${column}` };
    // The runtime's own checks have places, too.
    if (!path.startsWith("/rustc/")) return place;
    ofRuntime ??= place;
  }
  return ofRuntime;
}

/** The formatted message {capacity, address, length} in writable memory, else a constant one {address, length}. */
function findMessage(memory: MemoryImage, words: BigUint64Array, path: string | undefined) {
  for (let at = 0; at + 2 < words.length; at++) {
    const [capacity, address, length] = [words[at]!, words[at + 1]!, words[at + 2]!];
    if (length === 0n || length > capacity || capacity > 1n << 24n) continue;
    if (!isWritable(memory, address)) continue;
    const text = messageOf(memory, address, Number(length));
    if (text !== undefined) return { text, address };
  }
  for (let at = 0; at + 1 < words.length; at++) {
    const [address, length] = [words[at]!, words[at + 1]!];
    if (length < 3n || length > 1n << 16n || address < 4096n || isWritable(memory, address)) continue;
    const text = messageOf(memory, address, Number(length));
    if (text !== undefined && text !== path && !text.endsWith(".rs") && text.length > 2)
      return { text, address };
  }
  return undefined;
}

function isWritable(memory: MemoryImage, address: bigint): boolean {
  return ((memory.protectionAt(address) ?? 0) & protection.write) !== 0;
}
