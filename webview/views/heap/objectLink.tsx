import type { ObjectRow } from "../../../analyzer/protocol/heap/objects";
import { formatBytes, formatExactBytes } from "../../format";
import { useNavigate } from "../../navigation";
import { NoteMark } from "../../notes";
import { ClassLabel } from "../../widgets/className";
import { useActionMenu } from "../../widgets/menuHost";
import { type ActedOn, objectActions } from "./objectActions";

type LinkedObject = ActedOn & Partial<Pick<ObjectRow, "label">>;

/** An object by its class and what it says of itself; leads to the inspector, and has the menu of any object. */
export function ObjectLink({ object }: { readonly object: LinkedObject }) {
  const navigate = useNavigate();
  const menu = useActionMenu("Object actions", () => objectActions(navigate, object));
  return (
    <>
      <button
        type="button"
        class="link"
        title={`${object.className} @ ${object.objectId}`}
        onClick={() => navigate({ view: "inspector", params: { objectId: object.objectId } })}
        {...menu}
      >
        {object.isClass && "class "}
        <ClassLabel name={object.className} />
      </button>
      <NoteMark id={object.objectId} />
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
