import { fileNameOf } from "../../../analyzer/base/pathNames";
import type { HoldingField, LeftOutFacts } from "../../../analyzer/protocol/heap/objects";
import { type HeapVerdict, leakShapeNames, type SuspectRow } from "../../../analyzer/protocol/heap/suspects";
import {
  formatBytes,
  formatBytesOrDash,
  formatCount,
  formatExactBytes,
  formatShare,
  splitClassName,
} from "../../format";
import { type Navigate, useNavigate } from "../../navigation";
import { NoteMark, noteOnClass } from "../../notes";
import { Bar } from "../../widgets/bar";
import type { MenuAction } from "../../widgets/contextMenu";
import { useActionMenu } from "../../widgets/menuHost";
import { EmptyState } from "../../widgets/states";
import { Button } from "../../widgets/toolkit";
import { Answered } from "../answered";
import { openFrame, openSource } from "../rowActions";
import { useAnswer } from "../useAnswer";
import type { ViewProps } from "../viewProps";
import { MoreActions } from "./moreActions";
import { type ActedOn, classActions, objectActions } from "./objectActions";
import { ObjectLink } from "./objectLink";
import { type Builds, SinceEarlierDump, useBuilds } from "./sinceEarlierDump";
import { WhoWrote } from "./whoWrote";

/**
 * What probably leaks, most suspicious first, each with its evidence and the way to its code. When this dump was
 * compared with others, what grew since the earlier ones counts.
 */
export function SuspectsView(_: ViewProps<"suspects">) {
  const builds = useBuilds();
  return (
    <div class="page">
      {builds.others.length === 0 ? <OfThisDump builds={builds} /> : <WithGrowth builds={builds} />}
    </div>
  );
}

interface OfBuilds {
  readonly builds: Builds;
}

function OfThisDump({ builds }: OfBuilds) {
  const answer = useAnswer("heap/suspects", {});
  const { earlier, chooseEarlier } = builds;
  return (
    <Answered answer={answer} waiting="Looking for leak suspects…">
      {(found) => (
        <>
          {earlier !== undefined && (
            <p>
              <Button onClick={chooseEarlier}>{`Count Growth Since ${fileNameOf(earlier)}`}</Button>
            </p>
          )}
          <Suspects {...found} builds={builds} />
        </>
      )}
    </Answered>
  );
}

function WithGrowth({ builds }: OfBuilds) {
  const answer = useAnswer("heap/suspectsSince", { others: builds.others });
  if (answer.state === "failed") {
    return (
      <>
        <p class="note">Growth is not counted: {answer.fault.message}</p>
        <OfThisDump builds={builds} />
      </>
    );
  }
  return (
    <Answered answer={answer} waiting="Looking for leak suspects, and for what grew since the earlier dump…">
      {({ since, ...found }) => (
        <>
          {since.length > 0 && (
            <p class="note" title={since.join("\n")}>
              What grew since {fileNameOf(since[0]!)} counts.
            </p>
          )}
          <Suspects {...found} builds={builds} />
        </>
      )}
    </Answered>
  );
}

interface SuspectsProps extends OfBuilds {
  readonly suspects: readonly SuspectRow[];
  readonly verdict: HeapVerdict;
  readonly totalBytes: number;
  readonly leftOut?: LeftOutFacts;
}

function Suspects({ suspects, verdict, totalBytes, leftOut, builds }: SuspectsProps) {
  if (suspects.length > 0) {
    return (
      <>
        <VerdictText verdict={verdict} />
        {suspects.map((suspect, rank) => (
          <Suspect key={rank} {...{ suspect, totalBytes, builds }} rank={rank + 1} />
        ))}
      </>
    );
  }
  if (leftOut !== undefined) {
    return (
      <EmptyState title="No class stands out in the histogram.">
        <p>What holds how much, and shapes of leaks, could not be told without dominators.</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState title="Nothing in this heap looks like a leak.">
      <VerdictText verdict={verdict} />
      <p>Compare with an earlier dump to see growth.</p>
    </EmptyState>
  );
}

/** The verdict as every front has it, and what else fills the heap. */
export function VerdictText({ verdict: { sentence, remarks } }: { readonly verdict: HeapVerdict }) {
  return (
    <>
      {[sentence, ...remarks].map((text) => (
        <p key={text}>{text}</p>
      ))}
    </>
  );
}

interface SuspectProps {
  readonly rank: number;
  readonly suspect: SuspectRow;
  readonly totalBytes: number;
  readonly builds: Builds;
}

function Suspect({ rank, suspect, totalBytes, builds }: SuspectProps) {
  const { evidence, fix, shape } = suspect;
  const bytes = suspect.retainedBytes ?? suspect.shallowBytes ?? 0;
  const navigate = useNavigate();
  const { onContextMenu } = useActionMenu("Suspect actions", () => actionsOf(navigate, suspect));
  return (
    <article class="suspect" aria-label={`Suspect ${rank}: ${nameOf(suspect)}`} onContextMenu={onContextMenu}>
      <header>
        <h2>
          <span class="rank">{rank}</span>
          {nameOf(suspect)}
        </h2>
        <NoteMark id={objectOf(suspect)?.objectId ?? noteOnClass(suspect.className).id} />
        {shape !== undefined && <span class="badge">{leakShapeNames[shape][0]}</span>}
        <span class="badge">{suspect.confidence}</span>
      </header>
      <p class="suspect-size">
        <span title={formatExactBytes(bytes)}>{formatBytes(bytes)}</span>
        <Bar part={bytes} whole={totalBytes} />
      </p>
      {evidence.length > 0 && (
        <ul class="evidence">
          {evidence.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
      {fix !== undefined && <p class="fix">{fix}</p>}
      {suspect.field !== undefined && <WhoWrote {...suspect.field} />}
      {suspect.field !== undefined && <SinceEarlierDump field={suspect.field} builds={builds} />}
      <SuspectActions suspect={suspect} />
      <Way suspect={suspect} />
      <Score suspect={suspect} />
    </article>
  );
}

/** The object a suspect is about: where its memory gathers, if that is known. */
function objectOf({ accumulation, objectId, className, field }: SuspectRow): ActedOn | undefined {
  const heldBy =
    field === undefined ? undefined : { className: field.className, field: field.name, static: field.static };
  if (accumulation !== undefined)
    return { objectId: accumulation.objectId, className: accumulation.className, heldBy };
  return objectId === undefined ? undefined : { objectId, className, heldBy };
}

/** The same menu as any row of that object; of suspects without one, that of their class. */
function actionsOf(navigate: Navigate, suspect: SuspectRow): MenuAction[] {
  const object = objectOf(suspect);
  return object === undefined ? classActions(navigate, suspect) : objectActions(navigate, object);
}

function SuspectActions({ suspect }: { readonly suspect: SuspectRow }) {
  const navigate = useNavigate();
  const { field, frame } = suspect;
  const objectId = objectOf(suspect)?.objectId;
  return (
    <p class="actions">
      {frame !== undefined && (
        <Button appearance="primary" onClick={() => openFrame(frame)}>
          Go to Line
        </Button>
      )}
      {field !== undefined && (
        <Button
          appearance={frame === undefined ? "primary" : "secondary"}
          onClick={() => openSource({ kind: "field", className: field.className, field: field.name })}
        >
          Go to Holding Field
        </Button>
      )}
      {field === undefined && frame === undefined && (
        <Button onClick={() => openSource({ kind: "class", className: suspect.className })}>
          Go to Class
        </Button>
      )}
      {objectId !== undefined && (
        <>
          <Button onClick={() => navigate({ view: "dominators", params: { reveal: objectId } })}>
            Reveal in Dominator Tree
          </Button>
          <Button onClick={() => navigate({ view: "inspector", params: { objectId } })}>Inspect</Button>
        </>
      )}
      <MoreActions label="Suspect actions" actions={() => actionsOf(navigate, suspect)} />
    </p>
  );
}

/** From the root to the object that accumulates, one line a step. */
function Way({ suspect }: { readonly suspect: SuspectRow }) {
  const { path, roots, accumulation } = suspect;
  if (path.length === 0) return null;
  return (
    <details open>
      <summary>Path from the root{roots.length > 0 && <span class="aside">{roots.join(", ")}</span>}</summary>
      <ol class="way">
        {path.map((step, at) => (
          <li key={step.objectId}>
            <ObjectLink object={{ ...step, heldBy: heldByStep(path[at - 1]) }} />
            {step.field !== undefined && <span class="field-name">{step.field}</span>}
            {accumulation?.objectId === step.objectId && <span class="badge">accumulates here</span>}
          </li>
        ))}
      </ol>
      {accumulation !== undefined && (
        <p class="note">
          {splitClassName(accumulation.className)[1]} keeps {formatBytes(accumulation.retainedBytes)}
          {accumulation.elements !== undefined && ` in ${formatCount(accumulation.elements)} elements`}
          {suspect.elementClasses !== undefined &&
            suspect.elementClasses.length > 0 &&
            `, mostly ${suspect.elementClasses
              .slice(0, 3)
              .map(({ className }) => splitClassName(className)[1])
              .join(", ")}`}
          .
        </p>
      )}
    </details>
  );
}

function heldByStep(holder: SuspectRow["path"][number] | undefined): HoldingField | undefined {
  if (holder?.field === undefined) return undefined;
  return { className: holder.className, field: holder.field, static: holder.isClass === true };
}

function Score({ suspect }: { readonly suspect: SuspectRow }) {
  return (
    <details>
      <summary>Score {Math.round(suspect.score)} of 100</summary>
      <table class="plain">
        <tbody>
          {suspect.scoreParts.map((part) => (
            <tr key={part.name}>
              <td class="number">
                {part.points > 0 ? `+${Math.round(part.points)}` : Math.round(part.points)}
              </td>
              <th scope="row">{part.name}</th>
              <td class="note">{part.why}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** The field that holds it where there is one: that is what the reader will look for in the code. */
function nameOf({ field, frame, className, kind, objects, thread, loader }: SuspectRow): string {
  if (field === undefined && frame !== undefined)
    return `${splitClassName(frame.className)[1]}.${frame.method}`;
  if (field !== undefined) return `${splitClassName(field.className)[1]}.${field.name}`;
  if (thread !== undefined) return `Thread ${thread}`;
  if (loader !== undefined) return `Class loader ${loader}`;
  const [, simple] = splitClassName(className);
  return kind === "group" ? `${formatCount(objects)} × ${simple}` : simple;
}

/** The biggest suspects in a line each, for the overview: leads to their evidence, and has the menu of their object. */
export function SuspectLine({ suspect }: { readonly suspect: SuspectRow }) {
  const { retainedBytes, shallowBytes, share, shape } = suspect;
  const navigate = useNavigate();
  const menu = useActionMenu("Suspect actions", () => actionsOf(navigate, suspect));
  return (
    <>
      <button
        type="button"
        class="link strong"
        title={suspect.field?.className}
        onClick={() => navigate({ view: "suspects", params: {} })}
        {...menu}
      >
        {nameOf(suspect)}
      </button>
      {retainedBytes === undefined
        ? ` take ${formatBytesOrDash(shallowBytes)} by themselves`
        : ` holds ${formatBytes(retainedBytes)}`}
      {` (${formatShare(share, 1)})`}
      {shape !== undefined && <span class="badge">{leakShapeNames[shape][0]}</span>}
    </>
  );
}
