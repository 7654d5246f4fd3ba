import type { ComponentChildren } from "preact";
import type { WireFault } from "../../analyzer/protocol/wire";
import { Button, ProgressRing } from "./toolkit";

/** Nothing to show, and why that is so. */
export function EmptyState({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="state" role="note">
      <p class="state-title">{title}</p>
      {children}
    </div>
  );
}

export function LoadingState({ label }: { readonly label: string }) {
  return (
    <div class="state" role="status">
      <ProgressRing label={label} />
      <p>{label}</p>
    </div>
  );
}

/** Something failed: the fact, what can be done, and a way to try again. */
export function FaultState({ fault, onRetry }: { readonly fault: WireFault; readonly onRetry?: () => void }) {
  const advice = adviceFor(fault.code);
  return (
    <div class="state fault" role="alert">
      <p class="state-title">{fault.message}</p>
      {advice !== undefined && <p>{advice}</p>}
      {onRetry !== undefined && (
        <Button appearance="primary" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** Advice belongs to the front: the analyzer states facts only. */
function adviceFor(code: string): string | undefined {
  switch (code) {
    case "cancelled":
      return "The analysis was stopped before it was complete.";
    case "unreadable":
      return "Check that the file is still there and that you may read it.";
    case "notADump":
      return "Exhume opens Java heap dumps (HPROF, also packed), ELF core files and saved texts (NMT, smaps, GC logs, thread dumps); content tells the kind, not the name.";
    case "changedOnDisk":
      return "Something else is writing to the file. Open it again once it is complete.";
    case "noSpace":
      return "Free some space, or choose another folder with the setting “Exhume: Index Directory”.";
    case "overBudget":
      return "Raise the setting “Exhume: Memory Budget”, or analyse the dump on a bigger machine.";
    case "analyzerLost":
      return "The next request starts it again. If it was killed for its memory, lower the setting “Exhume: Memory Budget”.";
    case "internal":
      return "This is a fault in Exhume. The log (Exhume: Show Log) has the details.";
    default:
      return undefined;
  }
}
