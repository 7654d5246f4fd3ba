import type { PropertyRow } from "../../../analyzer/protocol/heap/summary";
import { useSaved } from "../../state";
import { textColumn } from "../../widgets/columns";
import { TextField } from "../../widgets/toolkit";
import { Answered } from "../answered";
import { LocalTable } from "../localTable";
import { copyAction } from "../rowActions";
import { useAnswer } from "../useAnswer";
import { useDelayed } from "../useDelayed";
import type { ViewProps } from "../viewProps";

/** System properties and environment found in the heap. */
export function PropertiesView(_: ViewProps<"properties">) {
  const answer = useAnswer("heap/systemProperties", {});
  const [filter, setFilter] = useSaved("properties:filter", "");
  const applied = useDelayed(filter);
  return (
    <div class="view">
      <div class="toolbar" role="toolbar" aria-label="Properties">
        <TextField label="Filter" value={filter} onInput={setFilter} />
      </div>
      <Answered answer={answer} waiting="Reading system properties…">
        {({ rows }) => (
          <LocalTable
            label="System properties"
            stateKey="properties"
            rows={rows}
            columns={columns}
            keyOf={keyOf}
            filter={applied}
            initialSort={{ column: "name", descending: false }}
            noun={["property", "properties"]}
            actions={(row) => [copyAction("copyValue", "Copy Value", row.value)]}
          />
        )}
      </Answered>
    </div>
  );
}

const columns = [
  textColumn<PropertyRow>("name", "Name", (row) => row.name, { width: "minmax(14em, 24em)" }),
  textColumn<PropertyRow>("value", "Value", (row) => row.value),
  textColumn<PropertyRow>("source", "From", (row) => row.source, { width: "12em" }),
];

const keyOf = (row: PropertyRow) => `${row.source} ${row.name}`;
