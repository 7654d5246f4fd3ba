import { useMemo } from "preact/hooks";
import { formatBytes } from "../../format";
import { AddressMap, MapLegend } from "../../widgets/addressMap";
import { FaultState } from "../../widgets/states";
import { useAnswer } from "../useAnswer";

const mostDrawn = 100_000;
const mostInLegend = 18;

export interface RegionChartProps {
  /** Categories, biggest first: they decide colours. */
  readonly groups: readonly string[];
  /** Called with the label of the region that was chosen. */
  readonly onChoose: (label: string) => void;
}

/** The address space to scale. Reserved ranges would hide everything else: only what is in the core is drawn. */
export function RegionChart({ groups, onChoose }: RegionChartProps) {
  const answer = useAnswer("core/regions", { start: 0, count: mostDrawn });
  const stretches = useMemo(
    () =>
      answer.state !== "answered"
        ? []
        : answer.result.rows
            .filter((row) => row.dumpedBytes > 0)
            .map((row) => ({
              key: row.start,
              label: row.label,
              detail: `${row.category}, ${row.start}, ${formatBytes(row.dumpedBytes)} of ${formatBytes(row.bytes)}`,
              bytes: row.dumpedBytes,
              group: row.category,
            })),
    [answer],
  );
  if (answer.state === "failed") return <FaultState fault={answer.fault} onRetry={answer.retry} />;
  return (
    <>
      <AddressMap
        label="Address space, to scale"
        stretches={stretches}
        groups={groups}
        onChoose={(stretch) => onChoose(stretch.label)}
      />
      <MapLegend groups={groups.slice(0, mostInLegend)} />
    </>
  );
}
