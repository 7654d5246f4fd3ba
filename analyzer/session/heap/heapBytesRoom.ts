import { statSync } from "node:fs";
import { readUpTo } from "../../base/byteSource";
import { readHprofHeader } from "../../formats/hprof/header";
import { recogniseHprof } from "../../formats/hprof/recogniseHprof";
import type { copyRequests } from "../../protocol/heap/copies";
import { attachBytes, type SharedBytes } from "../files/sharedBytes";
import { type AnswerTable, joinAnswers, type Room } from "../room";
import { openHeapOfCore } from "./openHeapOfCore";
import { type CopyInputs, saveCopy } from "./saveCopy";

const headBytes = 64;

const answers: AnswerTable<CopyInputs, keyof typeof copyRequests> = {
  "heap/saveCopy": { lane: "long", answer: saveCopy },
};

/** The bytes of a heap dump, or of the heap of a core, to be written again: nothing is indexed. */
export const heapBytesRoom: Room<SharedBytes, undefined, CopyInputs> = {
  async build(inputs) {
    const { source, file } = inputs;
    if (recogniseHprof(readUpTo(source, 0, headBytes)) !== undefined) {
      readHprofHeader(source);
      return { file };
    }
    return (await openHeapOfCore(inputs))(undefined).bytes;
  },
  attach: (bytes, { path }) => ({
    source: attachBytes(bytes),
    path,
    createdMs: Math.round(statSync(path).mtimeMs),
  }),
  answers: joinAnswers<CopyInputs>(answers),
  readsOn: true,
};
