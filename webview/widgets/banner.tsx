import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useSaved } from "../state";

export interface BannerProps {
  /** Names its place: a banner that says something else there is shown again. */
  readonly place: string;
  /** All that it says, to tell whether it is the one that was dismissed. */
  readonly text: string;
  /** `alert` is read out at once. */
  readonly role: "alert" | "note";
  /** A warning stands out, a note does not. */
  readonly isWarning?: boolean;
  /** What can be done about it. */
  readonly children?: ComponentChildren;
}

/** Said above the views until the reader has read it: he can dismiss it, and has not to again. */
export function Banner({ place, text, role, isWarning = false, children }: BannerProps) {
  const [kept, setKept] = useSaved(`dismissed:${place}`, "");
  const [dismissed, setDismissed] = useState(kept);
  if (dismissed === text) return null;
  const dismiss = () => {
    setKept(text);
    setDismissed(text);
  };
  return (
    <div class={`banner${isWarning ? " warning" : ""}`} role={role}>
      <span>
        {text}
        {children}
      </span>
      <button type="button" class="icon" aria-label="Dismiss" title="Dismiss" onClick={dismiss}>
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
          <path d="M4 4l8 8M12 4l-8 8" fill="none" stroke="currentColor" stroke-width="1.4" />
        </svg>
      </button>
    </div>
  );
}
