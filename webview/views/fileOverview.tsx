import { formatBytes, formatExactBytes } from "../format";
import { KeyValue } from "../widgets/keyValue";
import { Section } from "../widgets/section";
import { NextSteps } from "./nextSteps";
import { Problems } from "./problems";
import { useAnswer } from "./useAnswer";
import type { ViewProps } from "./viewProps";

/** What a file is, for kinds without an overview of their own. */
export function FileOverview({ facts }: ViewProps<"overview">) {
  const problems = useAnswer("dump/problems", {});
  return (
    <div class="page">
      <Section title="This file">
        <KeyValue
          pairs={[
            { key: "Format", value: facts.format },
            { key: "File size", value: formatBytes(facts.bytes), hint: formatExactBytes(facts.bytes) },
            { key: "Path", value: facts.path },
          ]}
        />
      </Section>
      {problems.state === "answered" && <Problems problems={problems.result.problems} />}
      <NextSteps capabilities={facts.capabilities} />
    </div>
  );
}
