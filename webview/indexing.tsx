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
  const left = state.state === "opening" ? undefined : state.secondsLeft;
  return (
    <div class={slim ? "indexing-strip" : "state"}>
      <p class="state-title" role="status">
        {step}…
      </p>
      <div
        class="progress"
        role="progressbar"
        aria-label="Opening the dump"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <div class="progress-fill" style={{ width: `${percent}%` }} />
      </div>
      <p class="note progress-text">
        {state.state === "indexing" && `${percent} %`}
        {left !== undefined && `, ${timeLeft(left)} left`}
      </p>
      <Button onClick={onStop}>Cancel</Button>
    </div>
  );
}

/** As exact as a guess may be. */
function timeLeft(seconds: number): string {
  if (seconds < 8) return "a few seconds";
  if (seconds < 90) return `about ${5 * Math.ceil(seconds / 5)} seconds`;
  return `about ${Math.ceil(seconds / 60)} minutes`;
}

/** What stands above the histogram after the analysis was stopped: it is all that is known. */
export function Stopped({ onGoOn }: { readonly onGoOn: () => void }) {
  return (
    <div class="indexing-strip" role="status">
      <p class="state-title">The analysis was stopped before it was complete.</p>
      <Button appearance="primary" onClick={onGoOn}>
        Go On
      </Button>
    </div>
  );
}
