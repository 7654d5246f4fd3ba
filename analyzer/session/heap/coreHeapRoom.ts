import type { Room } from "../room";
import type { EarlyHeap } from "./earlyHeap";
import type { HeapContext } from "./heapContext";
import { buildHeap, type HeapAttachment, heapRoom } from "./heapRoom";
import { openHeapOfCore } from "./openHeapOfCore";

/**
 * The Java heap of a core, as if a heap dump had been written: of the process's memory it is made while it is read, so
 * that everything that is asked of heap dumps is asked of it.
 */
export const coreHeapRoom: Room<HeapAttachment, EarlyHeap, HeapContext> = {
  build: async (inputs, early) => buildHeap(inputs, await openHeapOfCore(inputs), early),
  attach: heapRoom.attach,
  answers: heapRoom.answers,
  answerFile: ({ answerFile }) => answerFile,
  readsOn: true,
};
