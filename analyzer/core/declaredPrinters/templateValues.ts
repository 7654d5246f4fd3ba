import { Attr, Tag } from "../../formats/dwarf/constants";
import { childrenOf, type Die } from "../../formats/dwarf/dies";
import { orReport } from "../../formats/dwarf/sections";
import { type RecordType, typeOf } from "../../formats/dwarf/types";
import { computedValue } from "../values/partValues";
import type { TypedValue } from "../values/typedValue";

/** The values a template was instantiated with, by position; undefined for types. */
export function templateValuesOf({ die }: RecordType): (TypedValue | undefined)[] {
  return die === undefined ? [] : orReport(die.unit.file.problems, [], () => valuesIn(die));
}

function valuesIn(die: Die): (TypedValue | undefined)[] {
  const found: (TypedValue | undefined)[] = [];
  for (const child of childrenOf(die)) {
    if (child.tag === Tag.templateTypeParameter) found.push(undefined);
    else if (child.tag === Tag.templateValueParameter) {
      const value = child.constant(Attr.constValue);
      found.push(value === undefined ? undefined : computedValue(typeOf(child), value));
    } else if (child.tag === Tag.gnuTemplateParameterPack)
      for (const packed of valuesIn(child)) found.push(packed);
  }
  return found;
}
