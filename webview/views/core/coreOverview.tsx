import type { CoreSummary } from "../../../analyzer/protocol/core/process";
import { formatBytes, formatExactBytes, formatQuantity } from "../../format";
import { useNavigate } from "../../navigation";
import { Figures, KeyValue } from "../../widgets/keyValue";
import { Section } from "../../widgets/section";
import { Answered } from "../answered";
import { NextSteps } from "../nextSteps";
import { Problems } from "../problems";
import { useAnswer } from "../useAnswer";
import type { ViewProps } from "../viewProps";
import { BacktraceFrames } from "./coreFrames";
import { MissingModules } from "./missingModules";

/** What crashed, where, and whether its binaries are at hand. */
export function CoreOverview({ facts }: ViewProps<"overview">) {
  const summary = useAnswer("core/summary", {});
  return (
    <div class="page">
      <Answered answer={summary} waiting="Reading the core…">
        {(result) => (
          <>
            <p class="verdict">{result.headline}</p>
            {(result.deadlocks ?? []).slice(1).map(({ words }) => (
              <p key={words} class="fix">
                {words}
              </p>
            ))}
            <CoreFigures summary={result} />
            <Truncation summary={result} />
            <MissingModules />
            <Problems problems={result.problems} />
            {!isCrash(result) && <Runtimes summary={result} />}
            <CrashStack />
            {isCrash(result) && <Runtimes summary={result} />}
            <div class="columns">
              <NextSteps capabilities={facts.capabilities} />
              <CoreFacts summary={result} />
            </div>
          </>
        )}
      </Answered>
    </div>
  );
}

/** A process that was only looked at, or ended from outside, is asked first what it was doing. */
function isCrash({ signal, cause }: CoreSummary): boolean {
  return signal !== undefined && cause?.kind !== "sentSignal";
}

function CoreFigures({ summary }: { readonly summary: CoreSummary }) {
  const { threads, modules, memory } = summary;
  return (
    <Figures
      pairs={[
        {
          key: "In the core",
          value: formatBytes(memory.dumpedBytes),
          hint: formatExactBytes(memory.dumpedBytes),
        },
        {
          key: "Address space",
          value: formatBytes(memory.mappedBytes),
          hint: formatExactBytes(memory.mappedBytes),
        },
        { key: "Threads", value: String(threads) },
        { key: "Modules", value: modules.words },
      ]}
    />
  );
}

function Truncation({ summary: { truncation } }: { readonly summary: CoreSummary }) {
  if (truncation === undefined) return null;
  const { missingBytes, expectedBytes, segmentsCut, segmentsLost } = truncation;
  return (
    <p class="fix" role="note">
      The file ends too early: {formatBytes(missingBytes)} of {formatBytes(expectedBytes)} are missing,{" "}
      {formatQuantity(segmentsLost, "segment")} lost and {segmentsCut} cut. What lies in them is shown as
      absent.
    </p>
  );
}

function CrashStack() {
  const navigate = useNavigate();
  const threads = useAnswer("core/threads", { start: 0, count: 1 });
  const lwp = threads.state === "answered" ? threads.result.rows[0]?.lwp : undefined;
  return (
    <Section
      title="Where it stopped"
      actions={
        lwp !== undefined && (
          <button
            type="button"
            class="link"
            onClick={() => navigate({ view: "coreThreads", params: { lwp } })}
          >
            All threads
          </button>
        )
      }
    >
      <Answered answer={threads} waiting="Unwinding the stack…">
        {({ rows }) =>
          rows[0] === undefined ? (
            <p class="note">The core names no thread.</p>
          ) : (
            <BacktraceFrames lwp={rows[0].lwp} maximumFrames={12} />
          )
        }
      </Answered>
    </Section>
  );
}

/** What language runtimes say of themselves. */
function Runtimes({ summary: { runtimes = [] } }: { readonly summary: CoreSummary }) {
  return runtimes.map(({ title, facts }) => (
    <Section key={title} title={title}>
      <KeyValue pairs={facts.map(({ name, value }) => ({ key: name, value }))} />
    </Section>
  ));
}

function CoreFacts({ summary }: { readonly summary: CoreSummary }) {
  const { signal, process, cause } = summary;
  return (
    <Section title="This file">
      <KeyValue
        pairs={[
          { key: "Signal", value: signal === undefined ? undefined : `${signal.name} (${signal.code})` },
          { key: "Address", value: signal?.address },
          { key: "Reason told by", value: cause?.evidence },
          { key: "Executable", value: summary.executable },
          { key: "Command line", value: process?.commandLine },
          {
            key: "Process",
            value: process === undefined ? undefined : `${process.name}, pid ${process.pid}`,
          },
          { key: "Architecture", value: summary.architecture },
          { key: "Written by", value: summary.producer === "unknown" ? undefined : summary.producer },
          { key: "Format", value: summary.format },
          {
            key: "File size",
            value: formatBytes(summary.fileBytes),
            hint: formatExactBytes(summary.fileBytes),
          },
        ]}
      />
    </Section>
  );
}
