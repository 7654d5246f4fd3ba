import { formatHex } from "../../base/units";
import type { MemoryImage } from "../memoryImage";
import { protection } from "../memorySegment";
import { type CrashScene, positionOf } from "./crashScene";
import type { DeathCause } from "./deathCause";
import { messageAt } from "./foreignMessage";

const runtime = /^(__sanitizer|__asan|__ubsan|__tsan|__msan|__lsan|__interceptor_|___interceptor_|__hwasan)/;
const heads = [
  "ERROR: AddressSanitizer: ",
  "ERROR: LeakSanitizer",
  "WARNING: ThreadSanitizer: ",
  "WARNING: MemorySanitizer: ",
  ": runtime error: ",
];
/** Reports are kept in small mappings of their own; larger ones are heap and shadow. */
const largestMapping = 4n << 20n;
const mostBytes = 128 << 20;

/** What a sanitizer reported before it ended the process: it keeps its report to be asked for. */
export function sanitizerReport(scene: CrashScene): DeathCause | undefined {
  const at = scene.frames.findLastIndex(({ functions }) =>
    functions.some(({ function: name }) => name !== undefined && runtime.test(name)),
  );
  const died = positionOf(
    scene,
    (name) => /^__sanitizer::(Die|Abort)\b/.test(name) || /^__ubsan_handle_\w+_abort$/.test(name),
  );
  if (at < 0 || (died < 0 && scene.signal.name !== "SIGABRT")) return undefined;
  const blamed = { blamed: at + 1 };
  const found = findReport(scene.process.image.memory);
  if (found === undefined) {
    const name = scene.frames[at]!.functions.find((each) => runtime.test(each.function ?? ""))!.function!;
    return {
      kind: "sanitizer",
      words: "a sanitizer ended the process",
      evidence: `the call of ${name}`,
      ...blamed,
    };
  }
  return {
    kind: "sanitizer",
    words: found.text,
    evidence: `the report at ${formatHex(found.address)}`,
    ...blamed,
  };
}

function findReport(memory: MemoryImage): { readonly text: string; readonly address: bigint } | undefined {
  const marks = heads.map((head) => new TextEncoder().encode(head));
  let rest = mostBytes;
  for (const { start, end, protection: allowed, dumpedBytes } of memory.segments) {
    if ((allowed & protection.write) === 0 || end - start > largestMapping || dumpedBytes === 0) continue;
    if (rest <= 0) break;
    rest -= dumpedBytes;
    const bytes = memory.bytes(start, dumpedBytes);
    for (const [number, mark] of marks.entries()) {
      const at = indexOfBytes(bytes, mark);
      if (at < 0) continue;
      const address = start + BigInt(at);
      const text = messageAt(memory, address)
        ?.replace(/^(ERROR|WARNING|:) ?/, "")
        .replace(/^: /, "");
      const line = text?.split(/ at pc 0x| (?:READ|WRITE) of size | #0 | Write of size | Read of size /)[0];
      if (line !== undefined) return { text: number === 4 ? line.split(" note: ")[0]! : line, address };
    }
  }
  return undefined;
}

function indexOfBytes(bytes: Uint8Array, wanted: Uint8Array): number {
  for (let at = bytes.indexOf(wanted[0]!); at >= 0; at = bytes.indexOf(wanted[0]!, at + 1)) {
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}
