import type { ComponentChildren } from "preact";
import { FaultState, LoadingState } from "../widgets/states";
import type { ViewAnswer } from "./useAnswer";

export interface AnsweredProps<Result> {
  readonly answer: ViewAnswer<Result>;
  /** Shown while the analyzer works: `Looking for leak suspects…`. */
  readonly waiting: string;
  readonly children: (result: Result) => ComponentChildren;
}

/** Draws an answer once it is there, and what became of it until then. */
export function Answered<Result>({ answer, waiting, children }: AnsweredProps<Result>) {
  switch (answer.state) {
    case "loading":
      return <LoadingState label={waiting} />;
    case "failed":
      return <FaultState fault={answer.fault} onRetry={answer.retry} />;
    case "answered":
      return <>{children(answer.result)}</>;
  }
}
