import type { TextChart } from "../../../analyzer/protocol/text/tables";
import { BarList } from "../../widgets/barList";
import { LineChart } from "../../widgets/lineChart";
import { Section } from "../../widgets/section";

/** One picture of a text, with what it says in words. */
export function ChartSection({ chart }: { readonly chart: TextChart }) {
  return (
    <Section title={chart.title} {...(chart.note === "" ? {} : { note: chart.note })}>
      {chart.kind === "lines" ? (
        <LineChart label={chart.title} lines={chart.lines} along={chart.along} unit={chart.unit} />
      ) : (
        <BarList label={chart.title} rows={chart.bars} isChange={chart.isChange} unit={chart.unit} />
      )}
    </Section>
  );
}
