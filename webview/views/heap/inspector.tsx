import { useEffect, useMemo, useState } from "preact/hooks";
import type { EntryRow, FieldRow, InspectResult } from "../../../analyzer/protocol/heap/inspector";
import type { ObjectId } from "../../../analyzer/protocol/heap/objects";
import { ask } from "../../ask";
import { formatBytes, formatBytesOrDash, formatExactBytes, formatQuantity } from "../../format";
import { useLinkParams, useNavigate } from "../../navigation";
import { useSaved } from "../../state";
import { bytesColumn, textColumn } from "../../widgets/columns";
import { DataTable } from "../../widgets/dataTable";
import { KeyValue } from "../../widgets/keyValue";
import type { RowSource } from "../../widgets/rowSource";
import { Section } from "../../widgets/section";
import { EmptyState } from "../../widgets/states";
import { Button, TextField } from "../../widgets/toolkit";
import { Answered } from "../answered";
import { inspectAction, openSource } from "../rowActions";
import { useAnswer } from "../useAnswer";
import type { ViewProps } from "../viewProps";
import { ObjectLink, ValueCell } from "./objectLink";
import { ObjectNote } from "./objectNote";
import { ReferenceLists, RootPathList } from "./references";

/** One object: what it is, its fields and contents, who refers to it, and what keeps it alive. */
export function InspectorView({ params }: ViewProps<"inspector">) {
  const [objectId, setObjectId] = useSaved<ObjectId>("inspector:object", "");
  const [typed, setTyped] = useState("");
  useEffect(() => {
    if (params.objectId !== undefined) setObjectId(params.objectId);
  }, [params, setObjectId]);
  useLinkParams("inspector", objectId === "" ? {} : { objectId });
  const go = () => {
    const id = typed.trim().toLowerCase();
    if (/^(0x)?[0-9a-f]+$/.test(id)) setObjectId(id.startsWith("0x") ? id : `0x${id}`);
  };
  return (
    <div class="page">
      <div class="toolbar inset" role="toolbar" aria-label="Inspector">
        <TextField label="Object id (0x…)" value={typed} onInput={setTyped} onSubmit={go} />
        <Button onClick={go}>Inspect</Button>
      </div>
      {objectId === "" ? (
        <EmptyState title="Choose an object in another view, or enter its id." />
      ) : (
        <Inspected key={objectId} objectId={objectId} />
      )}
    </div>
  );
}

function Inspected({ objectId }: { readonly objectId: ObjectId }) {
  const answer = useAnswer("heap/inspect", { objectId });
  return (
    <Answered answer={answer} waiting="Reading the object…">
      {(result) => (
        <>
          <Facts result={result} />
          <ObjectNote object={result.object} />
          {result.text !== undefined && <pre class="code">{result.text}</pre>}
          {result.fields.length > 0 && <Fields fields={result.fields} />}
          {result.array !== undefined && <Slots objectId={objectId} length={result.array.length} />}
          {result.collection !== undefined && <Entries objectId={objectId} />}
          <RootPathList objectId={objectId} />
          <ReferenceLists objectId={objectId} />
        </>
      )}
    </Answered>
  );
}

function Facts({ result }: { readonly result: InspectResult }) {
  const navigate = useNavigate();
  const { object, collection, array, dominator } = result;
  return (
    <Section
      title={`${object.isClass ? "class " : ""}${object.className}`}
      actions={
        <>
          <Button onClick={() => openSource({ kind: "class", className: object.className })}>
            Go to Class
          </Button>
          <Button onClick={() => navigate({ view: "dominators", params: { reveal: object.objectId } })}>
            Reveal in Dominator Tree
          </Button>
        </>
      }
    >
      <KeyValue
        pairs={[
          { key: "Object", value: <span class="code">{object.objectId}</span> },
          { key: "Value", value: object.label },
          {
            key: "Shallow",
            value: formatBytes(object.shallowBytes),
            hint: formatExactBytes(object.shallowBytes),
          },
          {
            key: "Retained",
            value: formatBytesOrDash(object.retainedBytes),
            ...(object.retainedBytes === undefined ? {} : { hint: formatExactBytes(object.retainedBytes) }),
          },
          {
            key: "Elements",
            value: collection?.size === undefined ? undefined : formatQuantity(collection.size, "element"),
          },
          {
            key: "Length",
            value:
              array === undefined ? undefined : `${array.length.toLocaleString("en-US")} × ${array.type}`,
          },
          { key: "Extends", value: result.superclasses.slice(1).join(" › ") },
          { key: "Loaded by", value: result.loader },
          { key: "GC root", value: result.roots.join(", ") },
          {
            key: "Kept alive by",
            value: dominator === undefined ? undefined : <ObjectLink object={dominator} />,
          },
        ]}
      />
    </Section>
  );
}

function Fields({ fields }: { readonly fields: readonly FieldRow[] }) {
  return (
    <Section title="Fields">
      <table class="plain">
        <tbody>
          {fields.map((field) => (
            <tr key={`${field.className}.${field.name}`}>
              <th scope="row" title={`${field.className}.${field.name}: ${field.value.type}`}>
                <button
                  type="button"
                  class="link"
                  onClick={() => openSource({ kind: "field", className: field.className, field: field.name })}
                >
                  {field.static && "static "}
                  {field.name}
                </button>
              </th>
              <td>
                <ValueCell value={field.value} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

const slotsShown = 100;

function Slots({ objectId, length }: { readonly objectId: ObjectId; readonly length: number }) {
  const [start, setStart] = useState(0);
  const answer = useAnswer("heap/arrayPart", { objectId, start, count: slotsShown });
  return (
    <Section
      title="Elements"
      actions={
        length > slotsShown && (
          <>
            <Button disabled={start === 0} onClick={() => setStart(start - slotsShown)}>
              Previous
            </Button>
            <Button disabled={start + slotsShown >= length} onClick={() => setStart(start + slotsShown)}>
              Next
            </Button>
          </>
        )
      }
    >
      <Answered answer={answer} waiting="Reading elements…">
        {(part) => (
          <>
            {part.text !== undefined && <pre class="code">{part.text}</pre>}
            {part.hex !== undefined && part.text === undefined && <pre class="code">{part.hex}</pre>}
            {part.hex === undefined && part.text === undefined && (
              <table class="plain">
                <tbody>
                  {part.values.map((value, at) => (
                    <tr key={at}>
                      <th scope="row" class="number">
                        [{part.start + at}]
                      </th>
                      <td>
                        <ValueCell value={value} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </>
        )}
      </Answered>
    </Section>
  );
}

const entryColumns = [
  textColumn<EntryRow>(
    "key",
    "Key",
    (row) => row.key?.object?.label ?? row.key?.text ?? String(row.position),
    {
      sortable: false,
    },
  ),
  textColumn<EntryRow>("value", "Value", (row) => row.value.object?.label ?? row.value.text, {
    sortable: false,
  }),
  textColumn<EntryRow>("class", "Class", (row) => row.value.object?.className ?? row.value.type, {
    sortable: false,
  }),
  bytesColumn<EntryRow>("retained", "Retained", (row) => row.value.object?.retainedBytes, {
    sortable: false,
  }),
];

function Entries({ objectId }: { readonly objectId: ObjectId }) {
  const navigate = useNavigate();
  const source = useMemo(
    (): RowSource<EntryRow> => ({
      page: ({ start, count }, signal) => ask("heap/entries", { objectId, start, count }, signal),
      keyOf: (row) => String(row.position),
    }),
    [objectId],
  );
  return (
    <Section title="Contents">
      <div class="table-box tall">
        <DataTable
          label="Contents of the collection"
          columns={entryColumns}
          source={source}
          stateKey="inspector:entries"
          initialSort={{ column: "position", descending: false }}
          noun={["entry", "entries"]}
          empty={<EmptyState title="It is empty." />}
          actions={(row) =>
            row.value.object === undefined ? [] : [inspectAction(navigate, row.value.object.objectId)]
          }
        />
      </div>
    </Section>
  );
}
