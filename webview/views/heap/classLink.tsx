import type { HoldingField } from "../../../analyzer/protocol/heap/objects";
import { useNavigate } from "../../navigation";
import { NoteMark, noteOnClass } from "../../notes";
import { ClassLabel } from "../../widgets/className";
import { useActionMenu } from "../../widgets/menuHost";
import { classActions } from "./objectActions";

export interface ClassLinkProps {
  readonly className: string;
  /** The field that holds the objects meant. */
  readonly heldBy?: HoldingField | undefined;
}

/** A class by its name; leads to the inspector, and has the menu of any class. */
export function ClassLink({ className, heldBy }: ClassLinkProps) {
  const navigate = useNavigate();
  const menu = useActionMenu("Class actions", () => classActions(navigate, { className, heldBy }));
  return (
    <>
      <button
        type="button"
        class="link"
        onClick={() => navigate({ view: "inspector", params: { className } })}
        {...menu}
      >
        <ClassLabel name={className} />
      </button>
      <NoteMark id={noteOnClass(className).id} />
    </>
  );
}
