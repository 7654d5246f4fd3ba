import type { WireProblem } from "../../analyzer/protocol/wire";
import { formatCount } from "../format";
import { Section } from "../widgets/section";

/** What is wrong with the dump; says whether figures are lower bounds because of it. Nothing when all is well. */
export function Problems({ problems }: { readonly problems: readonly WireProblem[] }) {
  if (problems.length === 0) return null;
  const losesData = problems.some((problem) => problem.losesData);
  return (
    <Section
      title={`Problems found (${formatCount(problems.length)})`}
      note={losesData ? "Part of the dump could not be read: totals are lower bounds." : undefined}
    >
      <ul class="problems">
        {problems.map((problem) => (
          <li key={`${problem.code}@${problem.offset ?? ""}${problem.message}`}>
            <span class={problem.losesData ? "problem-mark loses" : "problem-mark"} aria-hidden="true" />
            {problem.message}
            {problem.offset !== undefined && (
              <span class="aside">at offset {formatCount(problem.offset)}</span>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
