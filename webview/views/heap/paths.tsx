import { useEffect, useState } from "preact/hooks";
import { reachabilityNames } from "../../../analyzer/protocol/heap/histogram";
import type { HoldingField } from "../../../analyzer/protocol/heap/objects";
import type { MergedPathRow, PathStepRow, RootPathsResult } from "../../../analyzer/protocol/heap/paths";
import { formatBytes, formatQuantity } from "../../format";
import { useLinkParams } from "../../navigation";
import { useSaved } from "../../state";
import { Section } from "../../widgets/section";
import { EmptyState, FaultState, LoadingState } from "../../widgets/states";
import { Button, Checkbox, TextField } from "../../widgets/toolkit";
import { openSource } from "../rowActions";
import { useAnswer } from "../useAnswer";
import { useDelayed } from "../useDelayed";
import type { ViewProps } from "../viewProps";
import { ClassLink } from "./classLink";
import { ImmediateDominators } from "./immediateDominators";
import { ObjectLink, RetainedSize } from "./objectLink";

const kinds = ["weak", "soft", "phantom", "finalizer"] as const;
type Kind = (typeof kinds)[number];

/** Why something is alive: shortest paths from GC roots, of an object or merged for a class. */
export function PathsView({ params }: ViewProps<"paths">) {
  const [target, setTarget] = useSaved("paths:target", "");
  const [included, setIncluded] = useSaved<readonly Kind[]>("paths:included", []);
  const [excluded, setExcluded] = useSaved("paths:excluded", "");
  const shown = useDelayed(target.trim(), 400);
  const patterns = useDelayed(excluded, 400)
    .split(/[\s,]+/)
    .filter((part) => part !== "");
  useEffect(() => {
    const asked = params.objectId ?? params.className;
    if (asked !== undefined) setTarget(asked);
  }, [params, setTarget]);
  useLinkParams(
    "paths",
    shown === "" ? {} : /^0x[0-9a-f]+$/i.test(shown) ? { objectId: shown } : { className: shown },
  );
  const filters = {
    exclude: kinds.filter((kind) => !included.includes(kind)),
    ...(patterns.length === 0 ? {} : { excludeFields: patterns }),
  };
  const toggle = (kind: Kind) => (on: boolean) =>
    setIncluded(on ? [...included, kind] : included.filter((each) => each !== kind));
  return (
    <div class="view">
      <div class="toolbar" role="toolbar" aria-label="Why alive">
        <TextField label="Object id (0x…) or class name" value={target} onInput={setTarget} size={40} />
        <TextField label="Without Class:field, …" value={excluded} onInput={setExcluded} />
        {kinds.map((kind) => (
          <Checkbox key={kind} label={kind} checked={included.includes(kind)} onChange={toggle(kind)} />
        ))}
      </div>
      <div class="scrolled">
        {shown === "" ? (
          <EmptyState title="Which object?">
            <p>Paste an object id or a class name, or choose “Why Is It Alive?” on any object.</p>
          </EmptyState>
        ) : /^0x/i.test(shown) ? (
          <ObjectPaths objectId={shown} filters={filters} />
        ) : (
          <ClassPaths className={shown} filters={filters} />
        )}
      </div>
    </div>
  );
}

interface Filters {
  readonly exclude: readonly Kind[];
  readonly excludeFields?: readonly string[];
}

const step = 10;

function ObjectPaths({ objectId, filters }: { readonly objectId: string; readonly filters: Filters }) {
  const [wanted, setWanted] = useState(step);
  const answer = useAnswer("heap/paths", { objectId, maximumPaths: wanted, ...filters });
  if (answer.state === "loading") return <LoadingState label="Searching for GC roots…" />;
  if (answer.state === "failed") return <FaultState fault={answer.fault} onRetry={answer.retry} />;
  const { result } = answer;
  if (result.paths.length === 0) return <NoPath result={result} />;
  return (
    <div class="page">
      {result.dominatorsOnly && (
        <p class="note">The search was given up after many objects; shown are the dominators.</p>
      )}
      {result.paths.map((path, position) => (
        <Section key={path.steps[0]?.objectId} title={`Path ${position + 1}: ${path.roots.join(", ")}`}>
          <ol class="path">
            {path.steps.map((each, at) => (
              <Step key={each.objectId} row={each} depth={at} heldBy={path.steps[at - 1]?.field} />
            ))}
          </ol>
        </Section>
      ))}
      {result.paths.length === wanted && <Button onClick={() => setWanted(wanted + step)}>More paths</Button>}
    </div>
  );
}

function NoPath({ result }: { readonly result: RootPathsResult }) {
  if (result.reachable === undefined) {
    return <EmptyState title="The search was given up before it met a GC root." />;
  }
  if (result.reachable) {
    return <EmptyState title="No path is left with these references excluded." />;
  }
  return (
    <EmptyState title="No GC root reaches this object strongly.">
      {result.reachability !== undefined && <p>It is {reachabilityNames[result.reachability].join(", ")}.</p>}
    </EmptyState>
  );
}

interface StepProps {
  readonly row: PathStepRow;
  readonly depth: number;
  /** How the step above refers to it. */
  readonly heldBy: HoldingField | undefined;
}

function Step({ row, depth, heldBy }: StepProps) {
  const { field } = row;
  return (
    <li style={{ paddingLeft: `${depth * 1.2}em` }}>
      <ObjectLink object={{ ...row, heldBy }} />
      <span class="aside">{row.objectId}</span>
      {field !== undefined && (
        <button
          type="button"
          class="link field-name"
          disabled={field.field.startsWith("[")}
          title={`${field.className}.${field.field}: open its declaration`}
          onClick={() => openSource({ kind: "field", className: field.className, field: field.field })}
        >
          {field.field.startsWith("[") ? field.field : `.${field.field}`}
        </button>
      )}
      <RetainedSize bytes={row.retainedBytes} />
    </li>
  );
}

function ClassPaths({ className, filters }: { readonly className: string; readonly filters: Filters }) {
  const answer = useAnswer("heap/pathsOfClass", { className, ...filters });
  if (answer.state === "loading") return <LoadingState label="Merging paths…" />;
  if (answer.state === "failed") return <FaultState fault={answer.fault} onRetry={answer.retry} />;
  const { roots, followed, total } = answer.result;
  return (
    <div class="page">
      <ImmediateDominators className={className} />
      <p class="note">
        {followed} of {formatQuantity(total, "object")} followed, those that keep most.
      </p>
      <ul class="path merged">
        {flatten(roots).map(({ row, depth, key }) => (
          <li key={key} style={{ paddingLeft: `${depth * 1.2}em` }}>
            {row.roots.map((root) => (
              <span class="badge" key={root}>
                {root}
              </span>
            ))}
            {row.field !== undefined && <span class="field-name">{row.field}</span>}
            <ClassLink className={row.className} />
            <span class="aside">
              {formatQuantity(row.objects, "object")}
              {row.retainedBytes !== undefined && `, ${formatBytes(row.retainedBytes)}`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

const mostMergedRows = 500;

function flatten(roots: readonly MergedPathRow[]) {
  const rows: { readonly row: MergedPathRow; readonly depth: number; readonly key: string }[] = [];
  const stack = [...roots].reverse().map((row, at) => ({ row, depth: 0, key: `${at}` }));
  for (let each = stack.pop(); each !== undefined && rows.length < mostMergedRows; each = stack.pop()) {
    rows.push(each);
    const { row, depth, key } = each;
    for (const [at, child] of [...row.children].reverse().entries()) {
      stack.push({ row: child, depth: depth + 1, key: `${key}.${at}` });
    }
  }
  return rows;
}
