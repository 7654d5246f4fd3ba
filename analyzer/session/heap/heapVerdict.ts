import { formatBytes, formatShare } from "../../base/figures";
import type { BigHolderRow, HeapVerdict, SuspectRow } from "../../protocol/heap/suspects";
import { shapeInWords, sizeInWords } from "./shapeWords";

const holdersTold = 3;

/** Where what holds how much was left out for the memory budget. */
export const unknownVerdict: HeapVerdict = {
  health: "unknown",
  sentence: "Whether the heap leaks could not be told: what holds how much was left out.",
  holders: [],
  remarks: [],
};

/** The verdict on a heap in one sentence, from its suspects and, where there are none, from what is big in it. */
export function heapVerdict(
  suspects: readonly SuspectRow[],
  holders: readonly BigHolderRow[],
  remarks: readonly string[],
  known: {
    readonly fromHistogram: boolean;
    readonly isIncomplete: boolean;
    /** Threads that ran out of memory, in words: such a heap is never called healthy. */
    readonly outOfMemory: readonly string[];
  },
): HeapVerdict {
  const sure = suspects.filter(({ confidence }) => confidence !== "possible");
  const rest = { holders, remarks };
  if (sure.length > 0) return { health: "leaks", sentence: sentenceOf("What stands out", sure), ...rest };
  if (known.fromHistogram) return unknownVerdict;
  if (suspects.length > 0)
    return { health: "doubtful", sentence: sentenceOf("It may leak, or be meant so", suspects), ...rest };
  const biggest = holders.slice(0, holdersTold).map(holderInWords);
  const [ranOut] = known.outOfMemory;
  const healthy = known.isIncomplete
    ? "Nothing stands out in what could be read of the heap."
    : ranOut === undefined
      ? "Nothing stands out: the heap looks healthy."
      : `${ranOut.replace(/^t/, "T")}, and nothing that grows stands out.`;
  const sentence = `${healthy}${biggest.length === 0 ? "" : ` ${biggest.length === 1 ? "Its biggest holder is" : "Its biggest holders are"} ${biggest.join(", ")}.`}`;
  const health = known.isIncomplete ? "unknown" : ranOut === undefined ? "healthy" : "doubtful";
  return { health, sentence, ...rest };
}

function sentenceOf(what: string, [first, ...others]: readonly SuspectRow[]): string {
  const more = others.length === 0 ? "" : `, and ${others.length} more`;
  return `${what}: ${suspectInWords(first!)}${more}.`;
}

/** `com.example.Audit.ENTRIES holds 12 MiB (85.0 %): cache without eviction, likely`. */
function suspectInWords(suspect: SuspectRow): string {
  const { offHeapBytes, share, confidence, shape } = suspect;
  const size =
    offHeapBytes === undefined
      ? `${sizeInWords(suspect)} (${formatShare(share, 1)})`
      : `holds ${formatBytes(offHeapBytes)} outside the heap`;
  return `${placeInWords(suspect)} ${size}${shape === undefined ? "" : `: ${shapeInWords(suspect)}`}, ${confidence}`;
}

/** The field, method, thread or class that is to blame. */
function placeInWords({ field, frame, thread, className, shape }: SuspectRow): string {
  if (frame !== undefined && (field === undefined || shape === "local-variable")) return frame.text;
  if (field !== undefined) return `${field.className}.${field.name}`;
  return thread === undefined ? className : `thread ${thread}`;
}

function holderInWords({ className, field, retainedBytes, share }: BigHolderRow): string {
  const what = field === undefined ? className : `${field.className}.${field.name}`;
  return `${what} (${formatBytes(retainedBytes)}, ${formatShare(share, 1)})`;
}
