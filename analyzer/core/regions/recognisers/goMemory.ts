import type { GoStretch } from "../../go/goMemory";
import type { Claim } from "../region";

const meanings: Readonly<Record<GoStretch["kind"], Pick<Claim, "kind" | "category" | "label">>> = {
  objects: { kind: "go-heap", category: "Go heap", label: "Go heap: small objects" },
  large: { kind: "go-heap", category: "Go heap", label: "Go heap: large objects" },
  manual: { kind: "go-stack", category: "Goroutine stacks", label: "goroutine stacks, GC work buffers" },
  free: { kind: "go-heap", category: "Go heap, free", label: "Go heap: free pages" },
  bookkeeping: {
    kind: "go-runtime",
    category: "Go runtime",
    label: "Go runtime: spans, bitmaps, page index",
  },
};

/** Memory of Go's runtime, in order of precedence. */
export function recogniseGoMemory(stretches: readonly GoStretch[]): Claim[] {
  return stretches.map(({ kind, ...stretch }) => ({ ...stretch, ...meanings[kind] }));
}
