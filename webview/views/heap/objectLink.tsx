import type { ObjectRow, ValueRow } from "../../../analyzer/protocol/heap/objects";
import { formatBytes, formatExactBytes } from "../../format";
import { useNavigate } from "../../navigation";
import { ClassLabel } from "../../widgets/className";

/** An object by its class and what it says of itself; leads to the inspector. */
export function ObjectLink({ object }: { readonly object: ObjectRow }) {
  const navigate = useNavigate();
  return (
    <>
      <button
        type="button"
        class="link"
        title={object.objectId}
        onClick={() => navigate({ view: "inspector", params: { objectId: object.objectId } })}
      >
        {object.isClass && "class "}
        <ClassLabel name={object.className} />
      </button>
      {object.label !== undefined && <span class="object-label">{object.label}</span>}
    </>
  );
}

/** A retained size beside what has it; nothing when dominators were left out. */
export function RetainedSize({ bytes }: { readonly bytes: number | undefined }) {
  if (bytes === undefined) return null;
  return (
    <span class="aside" title={formatExactBytes(bytes)}>
      {formatBytes(bytes)}
    </span>
  );
}

/** A value of a field or slot: the object it refers to, or its text. */
export function ValueCell({ value }: { readonly value: ValueRow }) {
  if (value.object === undefined) return <span class="code">{value.text}</span>;
  return (
    <>
      <ObjectLink object={value.object} />
      <RetainedSize bytes={value.object.retainedBytes} />
    </>
  );
}
