import { useEffect, useState } from "preact/hooks";
import type { DominatorRow } from "../../../analyzer/protocol/heap/dominators";
import type { HoldingField } from "../../../analyzer/protocol/heap/objects";
import type { WireFault } from "../../../analyzer/protocol/wire";
import { ask } from "../../ask";
import { formatBytes, formatShare, splitClassName } from "../../format";
import { faultToShow } from "../../host";
import { useNavigate } from "../../navigation";
import { Section } from "../../widgets/section";
import { EmptyState, FaultState, LoadingState } from "../../widgets/states";
import { Treemap } from "../../widgets/treemap";
import { type Area, areasOf } from "../areas";
import { dominatedObject } from "./dominators";
import { objectActions } from "./objectActions";

const tilesShown = 24;

/** What keeps the heap alive, as areas that add up to it. */
export function BiggestObjects({ heapBytes }: { readonly heapBytes: number }) {
  const navigate = useNavigate();
  const [attempt, setAttempt] = useState(0);
  const [areas, setAreas] = useState<readonly Area[] | WireFault | undefined>();
  useEffect(() => {
    const controller = new AbortController();
    setAreas(undefined);
    areasOf((parent) => childrenOf(parent, controller.signal), heapBytes).then(setAreas, (thrown) => {
      const fault = faultToShow(thrown);
      if (fault !== undefined) setAreas(fault);
    });
    return () => controller.abort();
  }, [heapBytes, attempt]);

  if (areas === undefined) return <LoadingState label="Ranking the biggest objects…" />;
  if ("code" in areas) return <FaultState fault={areas} onRetry={() => setAttempt(attempt + 1)} />;
  if (areas.length === 0) return <EmptyState title="Nothing in this dump is reachable." />;
  const shown = areas.reduce((sum, { row }) => sum + row.retainedBytes, 0);
  const rest = Math.max(0, heapBytes - shown);
  const tiles = areas.map(({ row, through }) => ({
    key: row.objectId,
    label: tileLabel(row),
    detail: [
      `${formatBytes(row.retainedBytes)}, ${formatShare(row.retainedBytes, heapBytes)}`,
      ...(through === undefined ? [] : [`through ${fieldName(through)}`]),
    ].join(" · "),
    weight: row.retainedBytes,
    onOpen: () => navigate({ view: "inspector", params: { objectId: row.objectId } }),
    actions: () => objectActions(navigate, dominatedObject(row)),
  }));
  const remainder = {
    key: "rest",
    label: "Everything else",
    detail: `${formatBytes(rest)}, ${formatShare(rest, heapBytes)}`,
    weight: rest,
    isRest: true,
  };
  return (
    <Section
      title="Biggest objects"
      note="Each area is what one object keeps alive. Choose one to inspect it; its menu leads to the dominator tree."
    >
      <Treemap
        label="Biggest objects by retained size"
        height={260}
        tiles={rest > 0 ? [...tiles, remainder] : tiles}
      />
    </Section>
  );
}

async function childrenOf(parent: string | undefined, signal: AbortSignal): Promise<readonly DominatorRow[]> {
  const sort = { column: "retainedBytes", descending: true } as const;
  const page = { start: 0, count: tilesShown, sort };
  return (await ask("heap/dominators", parent === undefined ? page : { ...page, parent }, signal)).rows;
}

function tileLabel(row: DominatorRow): string {
  const [, simple] = splitClassName(row.className);
  return row.label === undefined ? simple : `${simple} ${row.label}`;
}

function fieldName({ className, field }: HoldingField): string {
  return `${splitClassName(className)[1]}.${field}`;
}
