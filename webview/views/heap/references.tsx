import { useMemo } from "preact/hooks";
import type { ReferenceRow } from "../../../analyzer/protocol/heap/inspector";
import type { ObjectId } from "../../../analyzer/protocol/heap/objects";
import type { RootPathRow } from "../../../analyzer/protocol/heap/paths";
import { ask } from "../../ask";
import { useNavigate } from "../../navigation";
import { bytesColumn, textColumn } from "../../widgets/columns";
import { DataTable } from "../../widgets/dataTable";
import type { RowSource } from "../../widgets/rowSource";
import { Section } from "../../widgets/section";
import { EmptyState } from "../../widgets/states";
import { Answered } from "../answered";
import { useAnswer } from "../useAnswer";
import { objectActions } from "./objectActions";
import { ObjectLink } from "./objectLink";
import { ObjectName } from "./objectTable";

/** What keeps an object alive. */
export function RootPathList({ objectId }: { readonly objectId: ObjectId }) {
  const answer = useAnswer("heap/paths", { objectId, maximumPaths: 5 });
  return (
    <Section title="Paths from GC roots" note="Without weak, soft, phantom and finalizer references.">
      <Answered answer={answer} waiting="Looking for paths from GC roots…">
        {({ paths, complete, reachable }) =>
          paths.length === 0 ? (
            <p class="note">
              {reachable ? "No path was found within the limit." : "Nothing keeps this object alive."}
            </p>
          ) : (
            <>
              {paths.map((path, at) => (
                <RootPath key={at} path={path} />
              ))}
              {!complete && <p class="note">There are more paths.</p>}
            </>
          )
        }
      </Answered>
    </Section>
  );
}

function RootPath({ path: { roots, steps } }: { readonly path: RootPathRow }) {
  return (
    <details open>
      <summary>{roots.join(", ")}</summary>
      <ol class="way">
        {steps.map((step) => (
          <li key={step.objectId}>
            <ObjectLink object={step} />
            {step.field !== undefined && <span class="field-name">{step.field.field}</span>}
          </li>
        ))}
      </ol>
    </details>
  );
}

const referenceColumns = [
  textColumn<ReferenceRow>("object", "Object", (row) => row.className, {
    sortable: false,
    width: "minmax(18em, 1fr)",
    render: (row) => <ObjectName row={row} />,
  }),
  textColumn<ReferenceRow>("field", "By", (row) => row.field?.field ?? row.kind, {
    sortable: false,
    width: "minmax(8em, 16em)",
    render: (row) => (
      <>
        {row.field?.field ?? row.kind}
        {!row.strong && <span class="badge">weak</span>}
      </>
    ),
  }),
  bytesColumn<ReferenceRow>("shallow", "Shallow", (row) => row.shallowBytes, { sortable: false }),
  bytesColumn<ReferenceRow>("retained", "Retained", (row) => row.retainedBytes, { sortable: false }),
];

interface ReferenceTableProps {
  readonly objectId: ObjectId;
  readonly method: "heap/incoming" | "heap/outgoing";
  readonly title: string;
}

/** A tree: each row opens to its own references in the same direction. */
export function ReferenceTable({ objectId, method, title }: ReferenceTableProps) {
  const navigate = useNavigate();
  const source = useMemo(
    (): RowSource<ReferenceRow> => ({
      page: ({ path, start, count }, signal) =>
        ask(method, { objectId: path.at(-1)?.objectId ?? objectId, start, count }, signal),
      keyOf: (row) => `${row.objectId} ${row.field?.field ?? row.kind}`,
      expandable: () => true,
    }),
    [objectId, method],
  );
  return (
    <Section title={title}>
      <div class="table-box fitting">
        <DataTable
          label={title}
          columns={referenceColumns}
          source={source}
          stateKey={`inspector:${method}`}
          initialSort={{ column: "none", descending: false }}
          noun={["reference", "references"]}
          empty={<EmptyState title="Nothing." />}
          actions={(row) => objectActions(navigate, { ...row, heldBy: row.field })}
        />
      </div>
    </Section>
  );
}
