import { formatHex } from "../../base/units";
import { symbolTexts } from "../../heap/hprof/symbolTexts";
import { type HeapShape, heapShape } from "../../heap/java/privacy/heapShape";
import { scanSecrets } from "../../heap/java/privacy/scanSecrets";
import type { privacyRequests } from "../../protocol/heap/privacy";
import type { secretRequests } from "../../protocol/privacy/secrets";
import type { HeapContext } from "../heap/heapContext";
import type { AnswerTable } from "../room";
import { secretRows } from "./secretRows";

export const privacyAnswers: AnswerTable<
  HeapContext,
  keyof typeof privacyRequests | keyof typeof secretRequests
> = {
  "privacy/secrets": {
    lane: "long",
    answer: ({ heap, source }, _params, work) =>
      secretRows(scanSecrets(heap, symbolTexts(source, work), work), (object) =>
        object === undefined ? undefined : formatHex(heap.idOf(object)),
      ),
  },
  "heap/shape": {
    lane: "long",
    answer({ heap }, _params, work) {
      const { biggest, piles, ...shape } = heapShape(heap, work);
      return { ...shape, biggest: biggest.map(holdingRow), piles: piles.map(holdingRow) };
    },
  },
};

function holdingRow({ object, retainedBytes }: HeapShape["biggest"][number]) {
  return { object: formatHex(object), retainedBytes };
}
