import type { ByteSource } from "../../base/byteSource";
import { evidenceOfText } from "../../core/regions/textEvidence";
import { readSavedText, type SavedText } from "../../formats/texts/savedText";
import { scanText } from "../../formats/texts/scanText";
import type { secretRequests } from "../../protocol/privacy/secrets";
import type { TextSummary, textRequests } from "../../protocol/text/tables";
import type { evidenceRequests } from "../../protocol/triage/verdict";
import { secretRows } from "../privacy/secretRows";
import { type AnswerTable, joinAnswers, type Room } from "../room";
import { wireProblemOf } from "../wireFaults";
import { chartsOf } from "./textCharts";
import { figuresOf, textFormatOf } from "./textFigures";
import { pageOfTable, tablesOf } from "./textTables";

/** A parsed text with what the answers need beside it. */
interface TextContext {
  readonly text: SavedText;
  readonly path: string;
  readonly problems: TextSummary["problems"];
  readonly source: ByteSource;
}

const answers: AnswerTable<
  TextContext,
  keyof typeof textRequests | keyof typeof evidenceRequests | keyof typeof secretRequests
> = {
  "text/summary": {
    lane: "quick",
    answer: ({ text, path, problems }) => ({
      path,
      format: textFormatOf(text),
      figures: figuresOf(text),
      charts: chartsOf(text),
      tables: tablesOf(text).map(({ name, title, columns, rowCount }) => ({
        name,
        title,
        columns,
        rows: rowCount,
      })),
      problems,
    }),
  },
  "text/table": { lane: "quick", answer: ({ text }, query) => pageOfTable(text, query) },
  "triage/evidence": { lane: "quick", answer: ({ text, path }) => evidenceOfText(text, path) },
  "privacy/secrets": {
    lane: "long",
    answer: ({ text, source }, _params, work) =>
      secretRows(scanText(source, textFormatOf(text), work), String),
  },
};

/** Saved texts: parsed once, small enough to be posted to both lanes. */
export const textRoom: Room<SavedText, undefined, TextContext> = {
  build: async ({ source, problems, work }) => readSavedText(source, problems, work),
  attach: (text, { source, path, problems }) => ({
    text,
    path,
    source,
    problems: problems.map(wireProblemOf),
  }),
  answers: joinAnswers(answers),
  // It is read whole; a log that grows on stays as it was.
  readsOn: false,
};
