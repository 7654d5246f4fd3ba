import { exactFigure, formatFigure, formatQuantity } from "../../format";
import { useNavigate } from "../../navigation";
import { KeyValue } from "../../widgets/keyValue";
import { Section } from "../../widgets/section";
import { Answered } from "../answered";
import { NextSteps } from "../nextSteps";
import { Problems } from "../problems";
import { useAnswer } from "../useAnswer";
import type { ViewProps } from "../viewProps";
import { ChartSection } from "./chartSection";

/** What a saved text (NMT, maps, GC log, thread dump) says in figures, and the tables in it. */
export function TextOverview({ facts }: ViewProps<"overview">) {
  const summary = useAnswer("text/summary", {});
  const navigate = useNavigate();
  return (
    <div class="page">
      <Answered answer={summary} waiting="Reading the text…">
        {({ format, figures, charts, tables, problems }) => (
          <>
            <Section title={format}>
              <KeyValue
                pairs={figures.map(({ name, value, unit }) => ({
                  key: name,
                  value: formatFigure(value, unit),
                  hint: exactFigure(value, unit),
                }))}
              />
            </Section>
            <Problems problems={problems} />
            {charts.map((chart) => (
              <ChartSection key={`${chart.kind} ${chart.title}`} chart={chart} />
            ))}
            {tables.length > 0 && (
              <Section title="Tables">
                <ul class="next-steps">
                  {tables.map((table) => (
                    <li key={table.name}>
                      <button
                        type="button"
                        class="link"
                        onClick={() => navigate({ view: "tables", params: { table: table.name } })}
                      >
                        {table.title}
                      </button>
                      <span class="note">{formatQuantity(table.rows, "row")}</span>
                    </li>
                  ))}
                </ul>
              </Section>
            )}
            <NextSteps capabilities={facts.capabilities} />
          </>
        )}
      </Answered>
    </div>
  );
}
