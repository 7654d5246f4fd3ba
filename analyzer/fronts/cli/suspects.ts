import { formatBytes, formatBytesOrDash, formatCount } from "../../base/figures";
import type { HeapVerdict, SuspectRow } from "../../protocol/heap/suspects";
import { compareHeaps } from "../../session/heap/compareHeaps";
import { suspectsWithGrowth } from "../../session/heap/suspectsWithGrowth";
import {
  type Command,
  countOption,
  exitCodeFor,
  openFlags,
  openOptionsOf,
  openOptionsUsage,
  requirePositional,
} from "./command";
import { apart } from "./output";

export const suspects: Command = {
  name: "suspects",
  needs: "objectGraph",
  summary: "Name what leaks in a heap dump: how much, where, held by which field, and how sure that is.",
  usage: `DUMP [--baseline EARLIER] [--json] [--top N]
  --baseline EARLIER  an earlier dump of the same program: what grew since is surer
  --json              one JSON object on standard output
  --top N             at most N suspects
${openOptionsUsage}`,
  options: {
    json: { type: "boolean" },
    top: { type: "string" },
    baseline: { type: "string" },
    ...openFlags,
  },
  async run(invocation) {
    const path = requirePositional(invocation, 0, "DUMP");
    const { output, signal, values } = invocation;
    const top = countOption(invocation, "top");
    const session = await invocation.openDump(path, openOptionsOf(invocation));
    const baseline = values["baseline"];
    const comparison =
      typeof baseline === "string"
        ? await compareHeaps(
            [await invocation.openDump(baseline, openOptionsOf(invocation)), session],
            signal,
          )
        : undefined;
    const { suspects: all, verdict } = await suspectsWithGrowth(session, comparison, signal);
    const found = all.slice(0, top);
    if (values["json"] === true) output.json({ schemaVersion: 1, verdict, suspects: found.map(jsonSuspect) });
    else output.text(apart([verdictText(verdict), ...found.map(suspectText)]));
    return exitCodeFor(session.problems);
  },
};

/** The fields in the order the schema names them, then what is said beyond it. */
export function jsonSuspect(row: SuspectRow): Record<string, unknown> {
  const { kind, objectId, className, objects, retainedBytes, share, shape, field, accumulation, ...rest } =
    row;
  const { path, roots, confidence, score, scoreParts, evidence, ...more } = rest;
  return {
    kind,
    objectId,
    className,
    objects,
    retainedBytes,
    share,
    shape,
    field,
    accumulation,
    path: path.map((step) => ({ className: step.className, field: step.field, objectId: step.objectId })),
    confidence,
    evidence,
    roots,
    score,
    scoreParts,
    ...more,
  };
}

/** The verdict as every front has it, and what else fills the heap. */
export function verdictText({ sentence, remarks }: HeapVerdict): string[] {
  return [sentence, ...remarks];
}

function suspectText(row: SuspectRow, position: number): string[] {
  const { shape, className, retainedBytes, share, confidence, score, field, frame, evidence, path } = row;
  const { roots, fix } = row;
  const what = shape === undefined ? (row.kind === "group" ? "many objects" : "a big object") : shape;
  const size =
    row.offHeapBytes === undefined
      ? `${retainedBytes === undefined ? `${formatBytesOrDash(row.shallowBytes)} by themselves` : formatBytes(retainedBytes)}, ${(100 * share).toFixed(1)} % of the heap`
      : `${formatBytes(row.offHeapBytes)} outside the heap`;
  const where = row.objectId === undefined ? "" : ` @ ${row.objectId}`;
  const lines = [
    `${position + 1}. ${what}: ${row.objects === 1 ? "" : `${formatCount(row.objects)} × `}${className}${where} (${size})`,
    `   ${confidence} (${score}/100)${frame === undefined ? "" : `, in ${frame.text}`}${field === undefined ? "" : `, held by ${field.static ? "static " : ""}${field.className}.${field.name}`}`,
    ...evidence.map((sentence) => `   - ${sentence}`),
  ];
  if (path.length > 0) {
    const steps = path.map((step) =>
      step.field === undefined ? step.className : `${step.className}.${step.field}`,
    );
    lines.push(`   path: ${roots.join(", ")}: ${steps.join(" → ")}`);
  }
  if (fix !== undefined) lines.push(`   fix: ${fix}`);
  return lines;
}
