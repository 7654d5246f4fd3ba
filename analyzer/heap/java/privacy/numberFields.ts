import { isCardNumber, passesVerhoeff } from "../../../base/secrets/checkDigits";
import type { SecretKind } from "../../../base/secrets/secretKinds";
import type { Work } from "../../../base/work";
import { forEachInstanceOf } from "../../graph/opened/instances";
import type { ClassIndex, Heap, ObjectIndex, Value } from "../../heap";

/** A number whose field says what it is, and whose digits agree. */
export interface NumberFinding {
  readonly kind: SecretKind;
  readonly value: string;
  readonly object: ObjectIndex;
  readonly className: string;
  readonly field: string;
}

/**
 * Cards and Aadhaar numbers in `long` fields, static ones too. The field's name has to say so: of all numbers of a heap
 * one in a hundred of the right length has the right check digit.
 * @throws ExhumeError `cancelled`
 */
export function findNumberFields(heap: Heap, visit: (finding: NumberFinding) => void, work: Work): void {
  const { classes } = heap;
  const fieldsOf = new Map<ClassIndex, string[]>();
  for (let k = 0; k < classes.count; k++) {
    const type = k as ClassIndex;
    const className = classes.nameOf(type);
    if (/^(?:java|jdk|sun)\./.test(className)) continue;
    for (const { name, value } of classes.staticFieldsOf(type)) {
      const found = telling(name, value);
      if (found !== undefined) visit({ ...found, object: heap.classObjectOf(type), className, field: name });
    }
    const named = classes
      .instanceFieldsOf(type)
      .filter(({ name, type: kind }) => kind === "long" && kindOfNumber(name) !== undefined)
      .map(({ name }) => name);
    if (named.length > 0) fieldsOf.set(type, named);
  }
  if (fieldsOf.size === 0) return;
  const namesOf: (readonly string[] | undefined)[] = [];
  const wanted = new Uint8Array(classes.count);
  for (let k = 0; k < wanted.length; k++) {
    const names = [...fieldsOf].flatMap(([type, own]) =>
      classes.isSubclassOf(k as ClassIndex, type) ? own : [],
    );
    if (names.length === 0) continue;
    wanted[k] = 1;
    namesOf[k] = names;
  }
  forEachInstanceOf(heap, wanted, work, "Looking into numbers", (object, type) => {
    for (const field of namesOf[type] ?? []) {
      const value = heap.fieldOf(object, field);
      const found = value === undefined ? undefined : telling(field, value);
      if (found !== undefined) visit({ ...found, object, className: heap.classNameOf(object), field });
    }
  });
}

function telling(name: string, value: Value): { kind: SecretKind; value: string } | undefined {
  if (value.type !== "long") return undefined;
  const kind = kindOfNumber(name);
  if (kind === undefined) return undefined;
  const digits = String(value.value);
  if (kind === "card") return isCardNumber(digits) ? { kind, value: digits } : undefined;
  return digits.length === 12 && digits[0]! > "1" && passesVerhoeff(digits)
    ? { kind, value: digits }
    : undefined;
}

function kindOfNumber(name: string): "card" | "aadhaar" | undefined {
  const plain = name.toLowerCase().replace(/[^a-z]/g, "");
  if (/aadhaa?r(?:no|num|number)?$/.test(plain)) return "aadhaar";
  return /(?:card|cc|pan)(?:no|num|number)?$/.test(plain) ? "card" : undefined;
}
