import { formatBytes } from "./format";
import { useAnswer } from "./views/useAnswer";
import { Banner } from "./widgets/banner";

/** Above every view of a heap whose dominators were left out: what is missing, and what would give it. */
export function LeftOutNote() {
  const summary = useAnswer("heap/summary", {});
  const leftOut = summary.state === "answered" ? summary.result.leftOut : undefined;
  if (leftOut === undefined) return null;
  const text =
    `Dominators and retained sizes were left out: they need a memory budget of ${formatBytes(leftOut.neededBytes)}, ` +
    `this one is ${formatBytes(leftOut.budgetBytes)} (setting “Exhume: Memory Budget”). ` +
    "Figures are of all objects, reachable or not.";
  return (
    <div class="left-out">
      <Banner place="leftOut" text={text} role="note" />
    </div>
  );
}
