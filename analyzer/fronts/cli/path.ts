import { ExhumeError } from "../../base/errors";
import { formatBytesOrDash, formatCount } from "../../base/figures";
import { reachabilityNames } from "../../protocol/heap/histogram";
import type { MergedPathRow, PathStepRow, RootPathsResult } from "../../protocol/heap/paths";
import {
  type Command,
  countOption,
  exitCodeFor,
  type Invocation,
  openFlags,
  openOptionsOf,
  openOptionsUsage,
  requirePositional,
} from "./command";
import { apart } from "./output";

const softness = ["weak", "soft", "phantom", "finalizer"] as const;

export const pathToRoots: Command = {
  name: "path",
  needs: "objectGraph",
  summary: "Say why an object, or the objects of a class, are alive: the paths from GC roots.",
  usage: `DUMP OBJECT|CLASS [--top N] [--include KIND,…] [--exclude CLASS:FIELD,…] [--json]
  OBJECT              id of an object, 0x…
  CLASS               name of a class: paths of its objects, merged
  --top N             paths of an object (10), or objects of a class that are followed (200)
  --include KIND,…    references that count too: weak, soft, phantom, finalizer
  --exclude …         references that do not count: CLASS or CLASS:FIELD, with * for any part
  --json              one JSON object on standard output
${openOptionsUsage}`,
  options: {
    json: { type: "boolean" },
    top: { type: "string" },
    include: { type: "string" },
    exclude: { type: "string", multiple: true },
    ...openFlags,
  },
  async run(invocation) {
    const file = requirePositional(invocation, 0, "DUMP");
    const target = requirePositional(invocation, 1, "OBJECT or CLASS");
    const top = countOption(invocation, "top");
    const filters = { exclude: excludedKinds(invocation), excludeFields: excludedFields(invocation) };
    const session = await invocation.openDump(file, openOptionsOf(invocation));
    const { output, signal, values } = invocation;
    const json = values["json"] === true;
    if (/^0x[0-9a-f]+$/i.test(target)) {
      const result = await session.ask(
        "heap/paths",
        { objectId: target, ...filters, ...(top === undefined ? {} : { maximumPaths: top }) },
        signal,
      );
      if (json) output.json({ schemaVersion: 1, objectId: target, ...result });
      else output.text(pathsText(result));
    } else {
      const result = await session.ask(
        "heap/pathsOfClass",
        { className: target, ...filters, ...(top === undefined ? {} : { maximumObjects: top }) },
        signal,
      );
      if (json) output.json({ schemaVersion: 1, className: target, ...result });
      else output.text(mergedText(result.roots, result.followed, result.total));
    }
    return exitCodeFor(session.problems);
  },
};

function listOf(invocation: Invocation, name: string): string[] {
  const value = invocation.values[name];
  const all = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return all.flatMap((each) => String(each).split(",")).filter((each) => each !== "");
}

function excludedKinds(invocation: Invocation): (typeof softness)[number][] {
  const included = listOf(invocation, "include");
  const unknown = included.find((each) => !softness.some((kind) => kind === each));
  if (unknown !== undefined) {
    throw new ExhumeError({
      code: "invalid",
      what: `--include takes ${softness.join(", ")}, not ${unknown}`,
    });
  }
  return softness.filter((kind) => !included.includes(kind));
}

function excludedFields(invocation: Invocation): string[] {
  return listOf(invocation, "exclude");
}

function pathsText({ paths, complete, dominatorsOnly, reachable, reachability }: RootPathsResult): string[] {
  if (paths.length === 0) {
    if (reachable === undefined) return ["The search was given up before it met a GC root."];
    return [
      reachable
        ? "No path is left with these references excluded."
        : reachability === undefined
          ? "No GC root reaches this object strongly."
          : `No GC root reaches this object strongly: it is ${reachabilityNames[reachability].join(", ")}.`,
    ];
  }
  const blocks = paths.map(({ roots, steps }, position) => [
    `${position + 1}. ${roots.join(", ")}`,
    ...steps.map((step, at) => `${"  ".repeat(at + 1)}${stepText(step)}`),
  ]);
  if (dominatorsOnly) blocks.push(["The search was given up; shown are the dominators."]);
  else if (!complete) blocks.push(["The search was given up: there may be more, and shorter, paths."]);
  return apart(blocks);
}

function stepText({ className, isClass, objectId, label, field, retainedBytes }: PathStepRow): string {
  const name = isClass === true ? `class ${className}` : className;
  const via = field === undefined ? "" : `  .${field.field}`;
  return `${name} @ ${objectId}${label === undefined ? "" : ` ${label}`} (${formatBytesOrDash(retainedBytes)})${via}`;
}

function mergedText(roots: readonly MergedPathRow[], followed: number, total: number): string[] {
  const lines = [`${formatCount(followed)} of ${formatCount(total)} objects followed`];
  const stack = [...roots].reverse().map((row) => ({ row, depth: 0 }));
  for (let each = stack.pop(); each !== undefined; each = stack.pop()) {
    const { row, depth } = each;
    const root = row.roots.length === 0 ? "" : `${row.roots.join(", ")}: `;
    const via = row.field === undefined ? "" : `${row.field} → `;
    lines.push(
      `${"  ".repeat(depth + 1)}${root}${via}${row.className}  ${formatCount(row.objects)} objects, ${formatBytesOrDash(row.retainedBytes)}`,
    );
    for (const child of [...row.children].reverse()) stack.push({ row: child, depth: depth + 1 });
  }
  return lines;
}
