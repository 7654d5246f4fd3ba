import { useEffect, useState } from "preact/hooks";
import type { DominatorRow } from "../../../analyzer/protocol/heap/dominators";
import type { HoldingField } from "../../../analyzer/protocol/heap/objects";
import type { WireFault } from "../../../analyzer/protocol/wire";
import { ask } from "../../ask";
import { formatBytes, formatQuantity, formatShare, splitClassName } from "../../format";
import { faultToShow } from "../../host";
import { useNavigate } from "../../navigation";
import { Section } from "../../widgets/section";
import { EmptyState, FaultState, LoadingState } from "../../widgets/states";
import { Treemap } from "../../widgets/treemap";
import { type Area, areasOf } from "../areas";
import { dominatedObject } from "./dominators";
import { classActions, objectActions } from "./objectActions";

const tilesShown = 24;

/** What keeps the heap alive, as areas that add up to it; one that is chosen shows what it keeps alive in turn. */
export function BiggestObjects({ heapBytes }: { readonly heapBytes: number }) {
  const navigate = useNavigate();
  const [attempt, setAttempt] = useState(0);
  const [wanted, setWay] = useState<readonly DominatorRow[]>([]);
  // The map stays as it is until what is wanted is known.
  const [drawn, setDrawn] = useState<DrawnAreas | WireFault | undefined>();
  useEffect(() => {
    const controller = new AbortController();
    areasIn(wanted.at(-1), heapBytes, controller.signal).then(
      (areas) => setDrawn({ areas, way: wanted }),
      (thrown) => {
        const fault = faultToShow(thrown);
        if (fault !== undefined) setDrawn(fault);
      },
    );
    return () => controller.abort();
  }, [heapBytes, wanted, attempt]);

  if (drawn === undefined) return <LoadingState label="Ranking the biggest objects…" />;
  if ("code" in drawn) return <FaultState fault={drawn} onRetry={() => setAttempt(attempt + 1)} />;
  const { areas, way } = drawn;
  const inside = way.at(-1);
  const whole = inside?.retainedBytes ?? heapBytes;
  if (areas.length === 0) return <EmptyState title="Nothing in this dump is reachable." />;
  const shown = areas.reduce((sum, { row }) => sum + row.retainedBytes, 0);
  const rest = Math.max(0, whole - shown);
  const tiles = areas.map(({ row, through }) => ({
    key: row.objectId === "" ? row.className : row.objectId,
    label: tileLabel(row),
    detail: [
      `${formatBytes(row.retainedBytes)}, ${formatShare(row.retainedBytes, heapBytes)}`,
      ...(through === undefined ? [] : [`through ${fieldName(through)}`]),
    ].join(" · "),
    weight: row.retainedBytes,
    onOpen: () => {
      if (row.objectId === "") navigate({ view: "dominators", params: { reveal: inside!.objectId } });
      else if (row.children > 0) setWay([...way, row]);
      else navigate({ view: "inspector", params: { objectId: row.objectId } });
    },
    actions: () =>
      row.objectId === "" ? classActions(navigate, row) : objectActions(navigate, dominatedObject(row)),
  }));
  const remainder = {
    key: "rest",
    label: inside === undefined ? "Everything else" : "Itself, and everything else in it",
    detail: `${formatBytes(rest)}, ${formatShare(rest, heapBytes)}`,
    weight: rest,
    isRest: true,
  };
  return (
    <Section
      title="Biggest objects"
      note="Each area is what one object keeps alive. Choose one to see what is in it; its menu inspects it."
      actions={inside !== undefined && <Way way={way} onGo={(depth) => setWay(way.slice(0, depth))} />}
    >
      <Treemap
        label="Biggest objects by retained size"
        height={260}
        tiles={rest > 0 ? [...tiles, remainder] : tiles}
      />
    </Section>
  );
}

interface DrawnAreas {
  readonly areas: readonly Area[];
  /** The objects that were gone into, outermost first. */
  readonly way: readonly DominatorRow[];
}

interface WayProps {
  readonly way: readonly DominatorRow[];
  /** Back to so many of the objects gone into. */
  readonly onGo: (depth: number) => void;
}

/** Which object one is in, and the way back. */
function Way({ way, onGo }: WayProps) {
  return (
    <nav class="way" aria-label="Biggest objects in">
      <button type="button" class="link" onClick={() => onGo(0)}>
        All objects
      </button>
      {way.map((row, at) => (
        <span key={row.objectId}>
          {" › "}
          {at === way.length - 1 ? (
            <span aria-current="location">{tileLabel(row)}</span>
          ) : (
            <button type="button" class="link" onClick={() => onGo(at + 1)}>
              {tileLabel(row)}
            </button>
          )}
        </span>
      ))}
    </nav>
  );
}

/** Where no child of an object is more than this share of it, its children are drawn by class. */
const small = 0.02;

/** What is in an object, or in all of the heap. */
async function areasIn(
  inside: DominatorRow | undefined,
  heapBytes: number,
  signal: AbortSignal,
): Promise<readonly Area[]> {
  const whole = inside?.retainedBytes ?? heapBytes;
  const areas = await areasOf((parent) => childrenOf(parent ?? inside?.objectId, signal), whole);
  const [biggest] = areas;
  if (inside === undefined || biggest === undefined || biggest.row.retainedBytes > small * whole)
    return areas;
  const groups = await childrenOf(inside.objectId, signal, true);
  return groups.map((row) => ({ row, through: undefined }));
}

async function childrenOf(
  parent: string | undefined,
  signal: AbortSignal,
  groupByClass = false,
): Promise<readonly DominatorRow[]> {
  const sort = { column: "retainedBytes", descending: true } as const;
  const page = { start: 0, count: tilesShown, sort, ...(groupByClass ? { groupByClass } : {}) };
  return (await ask("heap/dominators", parent === undefined ? page : { ...page, parent }, signal)).rows;
}

function tileLabel(row: DominatorRow): string {
  const [, simple] = splitClassName(row.className);
  if (row.objects !== undefined) return `${formatQuantity(row.objects, "object")} of ${simple}`;
  return row.label === undefined ? simple : `${simple} ${row.label}`;
}

function fieldName({ className, field }: HoldingField): string {
  return `${splitClassName(className)[1]}.${field}`;
}
