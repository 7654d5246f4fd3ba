import { formatHex } from "../../base/units";
import { type HeapShape, heapShape } from "../../heap/java/privacy/heapShape";
import { scanSecrets } from "../../heap/java/privacy/scanSecrets";
import type { privacyRequests } from "../../protocol/heap/privacy";
import type { HeapContext } from "../heap/heapContext";
import type { AnswerTable } from "../room";

export const privacyAnswers: AnswerTable<HeapContext, keyof typeof privacyRequests> = {
  "heap/secrets": {
    lane: "long",
    answer({ heap }, _params, work) {
      const { findings, ...figures } = scanSecrets(heap, work);
      const rows = findings.map(({ holder, object, ...rest }) => ({
        ...rest,
        ...holder,
        objectId: formatHex(heap.idOf(object)),
      }));
      return { ...figures, rows };
    },
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
