import { Attr, Tag } from "../../formats/dwarf/constants";
import { childrenOf, type Die } from "../../formats/dwarf/dies";
import { type EvaluationContext, evaluateValue } from "../../formats/dwarf/expressions/locationExpression";
import { orReport } from "../../formats/dwarf/sections";
import {
  type ArrayType,
  byteSizeOf,
  type DebugType,
  isFortran,
  strippedType,
} from "../../formats/dwarf/types";
import type { ProcessView } from "./processView";
import { isMissing, memoryStorage, missingStorage } from "./storage";
import type { TypedValue } from "./typedValue";

/** Elements of one dimension; more is damage, or an array nobody initialized. */
const mostElements = 2 ** 40;

/** What a description that refers to another variable comes to. */
type ReadVariable = (die: Die) => bigint | undefined;

/**
 * An array whose length the program decided when it ran, as it is now: C's variable-length arrays, Fortran's arguments
 * and what it allocates, of which the variable is a descriptor that says where the elements are. Others stay as they are.
 */
export function resolvedArray(
  value: TypedValue,
  context: EvaluationContext,
  process: ProcessView,
  readVariable: ReadVariable,
): TypedValue {
  const type = strippedType(value.type);
  if (type.kind !== "array" || type.die === undefined) return value;
  const { die } = type;
  const { address } = value.storage;
  const own = address === undefined ? context : { ...context, objectAddress: address };
  return orReport(die.unit.file.problems, value, () => {
    const isThere =
      numberOf(die, Attr.allocated, own, readVariable) ?? numberOf(die, Attr.associated, own, readVariable);
    if (isThere === 0n) {
      const why = die.has(Attr.allocated) ? "it is not allocated" : "it is associated with nothing";
      return {
        type: { ...type, counts: type.counts.map(() => 0) },
        storage: missingStorage({ missing: "absent", why }),
      };
    }
    const counts = countsOf(type, own, readVariable);
    const data = numberOf(die, Attr.dataLocation, own, readVariable);
    if (data === undefined && counts.every((count, at) => count === type.counts[at])) return value;
    const storage = data === undefined ? value.storage : memoryStorage(process, data);
    return { type: strided({ ...type, counts }, own, readVariable), storage };
  });
}

function countsOf(type: ArrayType, context: EvaluationContext, read: ReadVariable): (number | undefined)[] {
  const bounds = [...childrenOf(type.die!)].filter(
    ({ tag }) => tag === Tag.subrangeType || tag === Tag.enumerationType,
  );
  if (isFortran(type.die!)) bounds.reverse();
  return type.counts.map((known, at) => {
    const bound = bounds[at];
    if (known !== undefined || bound === undefined) return known;
    const count = numberOf(bound, Attr.count, context, read);
    const upper = numberOf(bound, Attr.upperBound, context, read);
    const lower = numberOf(bound, Attr.lowerBound, context, read) ?? (isFortran(bound) ? 1n : 0n);
    const elements = count ?? (upper === undefined ? undefined : upper - lower + 1n);
    if (elements === undefined || elements > mostElements) return undefined;
    return Math.max(0, Number(elements));
  });
}

/** Elements that are further apart than they are long, as in a section of another array. */
function strided(type: ArrayType, context: EvaluationContext, read: ReadVariable): DebugType {
  if (type.counts.length !== 1) return type;
  const [bound] = [...childrenOf(type.die!)].filter(({ tag }) => tag === Tag.subrangeType);
  const stride = bound && numberOf(bound, Attr.byteStride, context, read);
  if (stride === undefined || stride === BigInt(byteSizeOf(type.element()) ?? 0)) return type;
  return { ...type, stride: Number(stride) };
}

/** An attribute that is a number, an expression that computes it, or a variable that holds it. */
function numberOf(
  die: Die,
  attribute: number,
  context: EvaluationContext,
  read: ReadVariable,
): bigint | undefined {
  const constant = die.constant(attribute);
  if (constant !== undefined) return constant;
  const expression = die.block(attribute);
  if (expression !== undefined) {
    const found = evaluateValue(expression, context);
    return isMissing(found) ? undefined : BigInt.asIntN(64, found.bits);
  }
  const variable = die.reference(attribute);
  return variable && read(variable);
}
