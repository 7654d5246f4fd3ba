import type { CaptureStep, TriageVerdict } from "../../analyzer/protocol/triageRequests";
import { formatBytes, formatExactBytes } from "../format";
import { callHost } from "../host";
import { bytesColumn, shareColumn, textColumn } from "../widgets/columns";
import { Section } from "../widgets/section";
import { Answered } from "./answered";
import { LocalTable } from "./localTable";
import type { ViewProps } from "./registry";
import { useAnswer } from "./useAnswer";

type Part = TriageVerdict["account"]["parts"][number];

/** Which cause of memory growth this input speaks for, why, and what to capture next. */
export function TriageView(_: ViewProps<"triage">) {
  // The extension puts this editor's dump in the place of "this".
  const answer = useAnswer("triage/verdict", { dumps: ["this"] });
  return (
    <div class="page">
      <Answered answer={answer} waiting="Weighing the causes…">
        {(verdict) => (
          <>
            <p class="verdict">
              {verdict.summary}
              <span class="badge">{verdict.confidence} confidence</span>
            </p>
            <ul class="evidence">
              {verdict.because.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
            {verdict.usualFix !== "" && <p class="fix">{verdict.usualFix}</p>}
            <Account verdict={verdict} />
            <Others verdict={verdict} />
            <Next steps={verdict.next} />
          </>
        )}
      </Answered>
    </div>
  );
}

function Account({ verdict: { account } }: { readonly verdict: TriageVerdict }) {
  const { parts, rssBytes, unexplainedBytes } = account;
  if (parts.length === 0) return null;
  const whole = rssBytes ?? parts.reduce((sum, part) => sum + part.bytes, 0);
  const columns = [
    textColumn<Part>("name", "Part", (row) => row.name, {
      render: (row) => (
        <>
          {row.name}
          {!row.exact && <span class="badge">estimate</span>}
        </>
      ),
    }),
    bytesColumn<Part>("bytes", "Bytes", (row) => row.bytes),
    shareColumn<Part>("share", "Share", (row) => row.bytes, whole),
    textColumn<Part>("source", "From", (row) => row.source),
  ];
  const remainder = unexplainedBytes === undefined ? "" : ` · ${formatBytes(unexplainedBytes)} unexplained`;
  return (
    <Section
      title="What the process consists of"
      note={
        rssBytes === undefined ? undefined : (
          <span title={formatExactBytes(rssBytes)}>{`RSS ${formatBytes(rssBytes)}${remainder}`}</span>
        )
      }
    >
      <LocalTable
        boxed
        label="Account of the memory"
        stateKey="triage:account"
        rows={parts}
        columns={columns}
        keyOf={partKey}
        initialSort={{ column: "bytes", descending: true }}
        noun={["part", "parts"]}
      />
    </Section>
  );
}

const partKey = (row: Part) => `${row.group} ${row.name}`;

function Others({ verdict: { isNot } }: { readonly verdict: TriageVerdict }) {
  if (isNot.length === 0) return null;
  return (
    <Section title="Why not another cause">
      <ul class="evidence">
        {isNot.map(({ cause, sentence, known }) => (
          <li key={cause} class={known ? undefined : "note"}>
            {sentence}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Next({ steps }: { readonly steps: readonly CaptureStep[] }) {
  if (steps.length === 0) return null;
  return (
    <Section title="Capture next">
      {steps.map((step) => (
        <div key={step.command} class="capture">
          <p>
            {step.what}
            <span class="aside">{step.why}</span>
          </p>
          <pre class="code">{step.command}</pre>
          <p class="note">
            Pause: {step.pause}. Disk: {step.disk}. Risk: {step.risk}.{" "}
            <button
              type="button"
              class="link"
              onClick={() => void callHost("copyText", { text: step.command })}
            >
              Copy Command
            </button>
          </p>
        </div>
      ))}
    </Section>
  );
}
