import type { ResultOf } from "../../../analyzer/protocol/requests";
import { useNavigate } from "../../navigation";
import { useSaved } from "../../state";
import { bytesColumn, type Column, countColumn, textColumn } from "../../widgets/columns";
import { Section } from "../../widgets/section";
import { TextField } from "../../widgets/toolkit";
import { Answered } from "../answered";
import { LocalTable } from "../localTable";
import { useAnswer } from "../useAnswer";
import { useDelayed } from "../useDelayed";
import { ClassCell } from "./classCell";
import { classActions } from "./objectActions";

type Row = ResultOf<"heap/immediateDominators">["rows"][number];

const columns: readonly Column<Row>[] = [
  textColumn("className", "Dominators of class", (row) => row.className, {
    width: "minmax(20em, 1fr)",
    render: (row) => <ClassCell className={row.className} />,
  }),
  countColumn("dominators", "Dominators", (row) => row.dominators),
  countColumn("objects", "Objects", (row) => row.objects),
  bytesColumn("retained", "Retained", (row) => row.retainedBytes, {
    hint: "Kept by those objects, each by itself",
  }),
];

/** Who keeps the objects of a class, one level up the dominator tree, merged by class. */
export function ImmediateDominators({ className }: { readonly className: string }) {
  const [through, setThrough] = useSaved("paths:through", "");
  const skip = useDelayed(through.trim(), 400);
  const answer = useAnswer("heap/immediateDominators", { className, ...(skip === "" ? {} : { skip }) });
  const navigate = useNavigate();
  return (
    <Section title="Immediate dominators" note="Without them the objects of this class would be gone.">
      <TextField label="Look through classes (java.*, …)" value={through} onInput={setThrough} />
      <Answered answer={answer} waiting="Following dominators…">
        {({ rows }) => (
          <LocalTable
            label="Immediate dominators"
            stateKey="paths:dominators"
            rows={rows}
            columns={columns}
            keyOf={(row) => row.className}
            initialSort={{ column: "retained", descending: true }}
            noun={["class", "classes"]}
            empty="No object of this class is reachable."
            actions={({ className, objectId }) =>
              // What no object dominates is held by GC roots: a row of no class.
              objectId === undefined ? [] : classActions(navigate, { className })
            }
            boxed
          />
        )}
      </Answered>
    </Section>
  );
}
