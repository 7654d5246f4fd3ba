import { NoteMark, noteOnClass } from "../../notes";
import { ClassLabel } from "../../widgets/className";

/** The cell in which tables of many views show a class. */
export function ClassCell({ className }: { readonly className: string }) {
  return (
    <>
      <ClassLabel name={className} />
      <NoteMark id={noteOnClass(className).id} />
    </>
  );
}
