import { capitalized } from "../../../analyzer/base/capitalized";
import type { HeapSummary } from "../../../analyzer/protocol/heap/summary";
import { formatBytes, formatCount, formatExactBytes, formatTime } from "../../format";
import { useNavigate } from "../../navigation";
import { Figures, KeyValue } from "../../widgets/keyValue";
import { Section } from "../../widgets/section";
import { FaultState, LoadingState } from "../../widgets/states";
import { NextSteps } from "../nextSteps";
import { Problems } from "../problems";
import { useAnswer } from "../useAnswer";
import type { ViewProps } from "../viewProps";
import { BiggestObjects } from "./biggestObjects";
import { reachabilityFigures } from "./heapTotals";
import { SuspectLine, VerdictText } from "./suspects";

/** What this heap dump is, how much it holds, which objects hold most of it, what is wrong with it. */
export function HeapOverview({ facts }: ViewProps<"overview">) {
  const summary = useAnswer("heap/summary", {});
  if (summary.state === "loading") return <LoadingState label="Reading the summary…" />;
  if (summary.state === "failed") return <FaultState fault={summary.fault} onRetry={summary.retry} />;
  const { result } = summary;
  return (
    <div class="page">
      {facts.capabilities.includes("threads") && <Deadlocks />}
      <Totals summary={result} />
      <Problems problems={result.problems} />
      <TopSuspects />
      {result.totals.reachableBytes !== undefined && (
        <BiggestObjects heapBytes={result.totals.reachableBytes} />
      )}
      <div class="columns">
        <NextSteps capabilities={facts.capabilities} />
        <FileFacts summary={result} />
      </div>
    </div>
  );
}

/** Threads that can never go on: whoever made the dump may have made it because of them. */
function Deadlocks() {
  const answer = useAnswer("heap/deadlocks", {});
  if (answer.state !== "answered") return null;
  return answer.result.deadlocks.map(({ words }) => (
    <p key={words} class="verdict">
      {capitalized(words)}
    </p>
  ));
}

/** Less of the heap is not worth a pass over it. */
const leastAsked = 0.01;

function Totals({ summary }: { readonly summary: HeapSummary }) {
  const { reachableBytes, shallowBytes } = summary.totals;
  const others = reachableBytes === undefined ? 0 : shallowBytes - reachableBytes;
  if (others < leastAsked * shallowBytes) return <TotalFigures summary={summary} others={undefined} />;
  return <TotalsByReachability summary={summary} />;
}

/** What is not strongly reachable may be a cache as well as garbage: they are told apart. */
function TotalsByReachability({ summary }: { readonly summary: HeapSummary }) {
  const answer = useAnswer("heap/unreachable", {});
  if (answer.state !== "answered") return <TotalFigures summary={summary} others={undefined} />;
  const others = answer.result.kinds.filter(({ reachability }) => reachability !== "strong");
  return <TotalFigures summary={summary} others={reachabilityFigures(others)} />;
}

/** @param others the memory that is not strongly reachable, by the way it is reached; undefined while unknown */
function TotalFigures({
  summary: { totals },
  others,
}: {
  readonly summary: HeapSummary;
  readonly others: ReturnType<typeof reachabilityFigures> | undefined;
}) {
  const unreachable =
    totals.reachableBytes === undefined ? undefined : totals.shallowBytes - totals.reachableBytes;
  const pairs = [
    bytesPair("Heap in use", totals.shallowBytes),
    ...(totals.reachableBytes === undefined ? [] : [bytesPair("Strongly reachable", totals.reachableBytes)]),
    ...(others ?? (unreachable === undefined ? [] : [bytesPair("Not strongly reachable", unreachable)])),
    { key: "Objects", value: formatCount(totals.objects) },
    { key: "Classes", value: formatCount(totals.classes) },
    { key: "GC roots", value: formatCount(totals.gcRoots) },
  ];
  return <Figures pairs={pairs} />;
}

function bytesPair(key: string, bytes: number) {
  return { key, value: formatBytes(bytes), hint: formatExactBytes(bytes) };
}

const suspectsShown = 3;

/** The first answer to "what is it?": the strongest suspects in a line each. */
function TopSuspects() {
  const navigate = useNavigate();
  const answer = useAnswer("heap/suspects", {});
  if (answer.state === "failed") return null;
  if (answer.state === "loading") {
    return (
      <Section title="Most suspicious">
        <p class="note">Looking for leak suspects…</p>
      </Section>
    );
  }
  const { suspects, verdict } = answer.result;
  const title = suspects.length > 0 ? "Most suspicious" : "Verdict";
  return (
    <Section title={title}>
      <VerdictText verdict={verdict} />
      {suspects.length > 0 && (
        <ol class="top-suspects">
          {suspects.slice(0, suspectsShown).map((suspect, rank) => (
            <li key={rank}>
              <SuspectLine suspect={suspect} />
            </li>
          ))}
        </ol>
      )}
      <button type="button" class="link" onClick={() => navigate({ view: "suspects", params: {} })}>
        Evidence and paths
      </button>
    </Section>
  );
}

function FileFacts({ summary }: { readonly summary: HeapSummary }) {
  const { sizeModel } = summary;
  const sure = { given: "given by you", certain: "certain", likely: "likely", assumed: "assumed" };
  return (
    <Section title="This file">
      <KeyValue
        pairs={[
          { key: "Format", value: summary.format },
          {
            key: "Unpacked size",
            value: formatBytes(summary.fileBytes),
            hint: formatExactBytes(summary.fileBytes),
          },
          { key: "Written", value: formatTime(summary.createdMs) },
          { key: "JVM", value: summary.jvm },
          { key: "Id size", value: summary.idSize === undefined ? undefined : `${summary.idSize} bytes` },
          ...(sizeModel === undefined
            ? []
            : [
                {
                  key: "Object sizes",
                  value: `${sizeModel.name} (${sure[sizeModel.confidence]})`,
                  hint: sizeModel.evidence.join("\n"),
                },
                {
                  key: "",
                  value: `${sizeModel.referenceBytes}-byte references, ${sizeModel.objectHeaderBytes}-byte headers, ${sizeModel.alignmentBytes}-byte alignment`,
                },
              ]),
          { key: "Index", value: summary.fromSavedIndex ? "reopened from disk" : "built now" },
        ]}
      />
    </Section>
  );
}
