import { useEffect, useState } from "preact/hooks";
import { fileNameOf } from "../../analyzer/base/pathNames";
import type {
  AccountRow,
  EvidenceGrowthRow,
  MemoryAccount,
  TriageCause,
  TriageVerdict,
} from "../../analyzer/protocol/triage/verdict";
import { formatBytes, formatCount, formatExactBytes, formatShare } from "../format";
import { callHost } from "../host";
import { useLinkParams } from "../navigation";
import { useSaved } from "../state";
import { Bar } from "../widgets/bar";
import { Figures } from "../widgets/keyValue";
import { LineChart } from "../widgets/lineChart";
import { Section } from "../widgets/section";
import { FaultState, LoadingState } from "../widgets/states";
import { Button, TextField } from "../widgets/toolkit";
import { Treemap } from "../widgets/treemap";
import { useAnswer } from "./useAnswer";
import { useDelayed } from "./useDelayed";
import type { ViewProps } from "./viewProps";

const causeNames: Readonly<Record<TriageCause, string>> = {
  retention: "Retention",
  fragmentation: "Fragmentation",
  "off-heap": "Off-heap memory",
  churn: "Churn",
  "thread-leak": "Thread leak",
  none: "Nothing wrong",
  undetermined: "Not determined",
};

/** Which cause makes the process grow, from this file and any others of the same process. */
export function TriageView({ facts, params }: ViewProps<"triage">) {
  const [paths, setPaths] = useSaved<readonly string[]>("triage:paths", params.paths ?? []);
  // Chosen in the explorer again, while this view is open.
  useEffect(() => {
    if (params.paths !== undefined) setPaths(params.paths);
  }, [params, setPaths]);
  const [limit, setLimit] = useSaved("triage:limit", "");
  useLinkParams("triage", { paths });
  const limitBytes = bytesOf(useDelayed(limit));
  const answer = useAnswer("triage/verdict", { paths, ...(limitBytes === undefined ? {} : { limitBytes }) });
  const add = async () => {
    const picked = await callHost("pickTriageInputs", null);
    setPaths([...paths, ...picked.filter((path) => path !== facts.path && !paths.includes(path))]);
  };
  return (
    <div class="page">
      <div class="toolbar inset" role="toolbar" aria-label="Inputs">
        <Button onClick={() => void add()}>Add files of this process…</Button>
        {paths.length > 0 && (
          <Button appearance="secondary" onClick={() => setPaths([])}>
            Only this file
          </Button>
        )}
        <TextField label="Memory limit, e.g. 2GiB" value={limit} onInput={setLimit} size={18} />
      </div>
      {answer.state === "loading" && <LoadingState label="Weighing the causes…" />}
      {answer.state === "failed" && <FaultState fault={answer.fault} onRetry={answer.retry} />}
      {answer.state === "answered" && <VerdictPage verdict={answer.result} />}
    </div>
  );
}

function VerdictPage({ verdict }: { readonly verdict: TriageVerdict }) {
  const known = verdict.cause !== "undetermined";
  const crashes = verdict.inputs.filter(({ headline }) => headline !== undefined);
  const cause = (
    <>
      {causeNames[verdict.cause]}
      {known && <span class="badge">{verdict.confidence} confidence</span>}
    </>
  );
  return (
    <>
      <section class="verdict" aria-label="Verdict">
        {crashes.map(({ path, headline }) => (
          <h2 key={path}>{headline}</h2>
        ))}
        {crashes.length === 0 ? <h2>{cause}</h2> : <h3>Memory: {cause}</h3>}
        <p>{verdict.summary}</p>
        <ul class="reasons">
          {verdict.because.map((sentence) => (
            <li key={sentence} class="for">
              {sentence}
            </li>
          ))}
          {verdict.isNot.map(({ cause, sentence, known }) => (
            <li key={cause} class={known ? "against" : "open"}>
              {sentence}
            </li>
          ))}
        </ul>
        <p>
          <strong>{known ? "Usual fix" : "Do next"}:</strong> {verdict.usualFix}
        </p>
      </section>
      <AccountSection account={verdict.account} />
      {verdict.growth.length > 0 && <GrowthSection rows={verdict.growth} />}
      <Section title="Capture next" note="PID is the process, or the one that runs in its place.">
        {verdict.next.length === 0 && <p class="note">Nothing more is needed.</p>}
        {verdict.next.map((step) => (
          <div key={step.command} class="capture">
            <div>
              {step.what}: {step.why}.
            </div>
            <code>{step.command}</code>
            <div class="note">
              Pause: {step.pause}. Disk: {step.disk}. Risk: {step.risk}.{" "}
              <button
                type="button"
                class="link"
                onClick={() => void callHost("copyText", { text: step.command })}
              >
                Copy
              </button>
            </div>
          </div>
        ))}
      </Section>
      <Section title="Inputs">
        <ul>
          {verdict.inputs.map(({ path, what, problems }) => (
            <li key={path}>
              {what}: {path}
              {problems.map((problem) => (
                <div key={problem} class="note">
                  {problem}
                </div>
              ))}
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}

const fewestShown = 12;

function AccountSection({ account }: { readonly account: MemoryAccount }) {
  const [all, setAll] = useState(false);
  const { parts, rssBytes, unexplainedBytes, limitBytes, resident } = account;
  if (parts.length === 0) return null;
  const whole = rssBytes ?? parts.reduce((sum, part) => sum + part.bytes, 0);
  const rest: AccountRow[] =
    unexplainedBytes !== undefined && unexplainedBytes > 0
      ? [{ name: "Unexplained", group: "unexplained", bytes: unexplainedBytes, source: "", exact: true }]
      : [];
  const rows = [...parts, ...rest];
  const figures = [
    ...(rssBytes === undefined ? [] : [bytesPair("RSS", rssBytes)]),
    ...(limitBytes === undefined ? [] : [bytesPair("Limit", limitBytes)]),
    ...(unexplainedBytes === undefined
      ? []
      : [
          bytesPair(
            unexplainedBytes < 0
              ? resident
                ? "Allocated, not resident"
                : "Committed, not resident"
              : "Unexplained",
            Math.abs(unexplainedBytes),
          ),
        ]),
  ];
  return (
    <Section
      title="Where the memory is"
      note={
        resident
          ? "Resident bytes by owner."
          : "Committed bytes by owner; pages never touched are not resident."
      }
    >
      {figures.length > 0 && <Figures pairs={figures} />}
      <Treemap
        label="Memory by owner"
        height={200}
        tiles={rows.map((part) => ({
          key: part.name,
          label: part.name,
          detail: `${formatBytes(part.bytes)}, ${formatShare(part.bytes, whole)}`,
          weight: part.bytes,
          isRest: part.group === "unexplained",
        }))}
      />
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col" class="end">
              {resident ? "Resident" : "Committed"}
            </th>
            <th scope="col">Share</th>
            <th scope="col">From</th>
          </tr>
        </thead>
        <tbody>
          {(all ? rows : rows.slice(0, fewestShown)).map((part) => (
            <tr key={part.name}>
              <td>{part.name}</td>
              <td class="end" title={formatExactBytes(part.bytes)}>
                {part.exact ? "" : "≈ "}
                {formatBytes(part.bytes)}
              </td>
              <td>
                <Bar part={part.bytes} whole={whole} />
              </td>
              <td class="note">{part.source.split(",").map(fileNameOf).join(",")}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {!all && rows.length > fewestShown && (
        <button type="button" class="link" onClick={() => setAll(true)}>
          Show all {rows.length} parts
        </button>
      )}
    </Section>
  );
}

/** What grew over inputs of one kind, the biggest change first. */
function GrowthSection({ rows }: { readonly rows: readonly EvidenceGrowthRow[] }) {
  const shown = (row: EvidenceGrowthRow, value: number) =>
    row.unit === "bytes" ? formatBytes(value) : formatCount(value);
  return (
    <Section title="What changed" note="From the first to the last input of each kind.">
      <GrowthChart unit="bytes" rows={rows} />
      <GrowthChart unit="count" rows={rows} />
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col">Of</th>
            <th scope="col" class="end">
              Change
            </th>
            <th scope="col" class="end">
              Values
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, 25).map((row) => (
            <tr key={`${row.of} ${row.name}`}>
              <td>{row.name}</td>
              <td class="note">{row.of}</td>
              <td class="end">
                {row.change > 0 ? "+" : ""}
                {shown(row, row.change)}
              </td>
              <td class="end note">{row.values.map((value) => shown(row, value)).join(" → ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

const mostLines = 6;

/** What changed most over three inputs or more; of two a line says nothing. */
function GrowthChart({
  unit,
  rows,
}: {
  readonly unit: EvidenceGrowthRow["unit"];
  readonly rows: readonly EvidenceGrowthRow[];
}) {
  const lines = rows
    .filter((row) => row.unit === unit && row.values.length > 2)
    .slice(0, mostLines)
    .map(({ name, of, values }) => ({
      name: `${name} (${of})`,
      look: "line" as const,
      points: values.map((value, at) => [at + 1, value] as const),
    }));
  if (lines.length === 0) return null;
  const what = unit === "bytes" ? "Memory" : "Numbers";
  return (
    <LineChart
      label={`${what} along the inputs`}
      lines={lines}
      along={{ title: "Input", unit: "count" }}
      unit={unit}
    />
  );
}

function bytesPair(key: string, bytes: number) {
  return { key, value: formatBytes(bytes), hint: formatExactBytes(bytes) };
}

/** `2GiB`, `512m`; undefined while it is not a size. */
function bytesOf(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim());
  if (match === null) return undefined;
  const power = ["", "k", "m", "g", "t"].indexOf(match[2]!.toLowerCase());
  return Math.round(Number(match[1]) * 1024 ** power);
}
