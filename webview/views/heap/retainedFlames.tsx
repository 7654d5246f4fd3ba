import { useMemo } from "preact/hooks";
import type { RetainedTree } from "../../../analyzer/protocol/heap/growth";
import { formatBytes, formatQuantity, formatShare, splitClassName } from "../../format";
import { type Navigate, useNavigate } from "../../navigation";
import { type FlameBox, FlameGraph } from "../../widgets/flameGraph";
import { EmptyState } from "../../widgets/states";
import { Answered } from "../answered";
import { useAnswer } from "../useAnswer";
import { classActions } from "./objectActions";

/** What keeps what alive, merged by class and field: as wide as what it retains. */
export function RetainedFlames() {
  const answer = useAnswer("heap/retainedTree", {});
  return (
    <div class="page">
      <p class="note">
        Objects reached over the same classes and fields are one box, as wide as what they keep alive. Choose
        one to go deeper, those above it to go back. Arrow keys walk, Space zooms, Escape shows all.
      </p>
      <Answered answer={answer} waiting="Merging dominator paths…">
        {(tree) => <Flames tree={tree} />}
      </Answered>
    </div>
  );
}

function Flames({ tree }: { readonly tree: RetainedTree }) {
  const navigate = useNavigate();
  const boxes = useMemo(() => boxesOf(tree, navigate), [tree, navigate]);
  if (tree.leftOut !== undefined)
    return (
      <EmptyState
        title={`Dominators were left out: a memory budget of ${formatBytes(tree.leftOut.neededBytes)} would do.`}
      />
    );
  return boxes.length === 0 ? (
    <EmptyState title="Nothing in this dump is reachable." />
  ) : (
    <FlameGraph label="Retained size by dominator path" roots={boxes} />
  );
}

/** Nodes stand after those above them, so that from the last to the first every one has its children. */
function boxesOf({ nodes, reachableBytes }: RetainedTree, navigate: Navigate): readonly FlameBox[] {
  const children: FlameBox[][] = nodes.map(() => []);
  const roots: FlameBox[] = [];
  for (let at = nodes.length - 1; at >= 0; at--) {
    const { parent, className, field, objects, retainedBytes } = nodes[at]!;
    const [, simple] = splitClassName(className);
    const heldBy =
      field === undefined
        ? undefined
        : { className: field.className, field: field.name, static: field.static };
    const box: FlameBox = {
      key: String(at),
      label: field === undefined ? simple : `${field.name}: ${simple}`,
      detail: [
        `${formatBytes(retainedBytes)}, ${formatShare(retainedBytes, reachableBytes)}`,
        `${formatQuantity(objects, "object")} of ${className}`,
        ...(field === undefined ? [] : [`held by ${field.className}.${field.name}`]),
      ].join("\n"),
      weight: retainedBytes,
      children: children[at]!.sort(byWeight),
      actions: () => classActions(navigate, { className, heldBy }),
    };
    (parent < 0 ? roots : children[parent]!).push(box);
  }
  return roots.sort(byWeight);
}

function byWeight(a: FlameBox, b: FlameBox): number {
  return b.weight - a.weight;
}
