import type { DocumentState } from "../analyzer/protocol/view/hostMessages";
import { Button } from "./widgets/toolkit";

export interface IndexingProps {
  readonly state: Extract<DocumentState, { state: "opening" | "indexing" }>;
  readonly onStop: () => void;
  /** One line above what is known already, instead of a page. */
  readonly slim?: boolean;
}

/** How far the analysis is, and the way to stop it. */
export function Indexing({ state, onStop, slim }: IndexingProps) {
  const step = state.state === "opening" ? "Opening" : state.step;
  const percent = state.state === "opening" ? 0 : Math.round(100 * state.fraction);
  return (
    <div class={slim ? "indexing-strip" : "state"}>
      <p class="state-title" role="status">
        {step}… {state.state === "indexing" && `${percent} %`}
      </p>
      <div
        class="progress"
        role="progressbar"
        aria-label={step}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <div class="progress-fill" style={{ width: `${percent}%` }} />
      </div>
      <Button onClick={onStop}>Cancel</Button>
    </div>
  );
}
