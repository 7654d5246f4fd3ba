import type { ByteSource } from "../../base/byteSource";
import { scanText } from "../../formats/texts/scanText";
import type { secretRequests } from "../../protocol/privacy/secrets";
import { secretRows } from "../privacy/secretRows";
import { type AnswerTable, joinAnswers, type Room } from "../room";

interface PlainTextContext {
  readonly source: ByteSource;
}

const answers: AnswerTable<PlainTextContext, keyof typeof secretRequests> = {
  "privacy/secrets": {
    lane: "long",
    answer: ({ source }, _params, work) => secretRows(scanText(source, "text", work), String),
  },
};

/** Texts of no form Exhume knows, such as logs of applications: lines, read when they are asked for. */
export const plainTextRoom: Room<null, undefined, PlainTextContext> = {
  build: async () => null,
  attach: (_, { source }) => ({ source }),
  answers: joinAnswers(answers),
  readsOn: true,
};
