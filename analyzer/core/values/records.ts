import type { EvaluationContext } from "../../formats/dwarf/expressions/locationExpression";
import type { Missing } from "../../formats/dwarf/expressions/missing";
import { type Member, type RecordType, strippedType } from "../../formats/dwarf/types";
import { globalContext } from "./frameContext";
import { memberValue } from "./partValues";
import type { ProcessView, ValuePart } from "./processView";
import { readInteger } from "./readValue";
import { isMissing } from "./storage";
import type { TypedValue } from "./typedValue";

/** Unnamed members inside unnamed members: compilers and people stop long before. */
const deepestUnnamed = 16;

/** The parts of a record as its source has them: bases by their names, members of unnamed members as its own. */
export function recordFields(value: TypedValue, type: RecordType, process: ProcessView): ValuePart[] {
  const fields: ValuePart[] = [];
  for (const member of type.members()) {
    const part = memberValue(value, member, contextOfMember(member, process));
    const partType = strippedType(part.type);
    if (member.isBase) {
      const name = partType.kind === "record" ? partType.name : "";
      // A base without members is there for its functions.
      if (partType.kind !== "record" || partType.members().length > 0)
        fields.push({ name: `<${name}>`, value: part });
    } else if (member.name === undefined) {
      if (partType.kind === "record") fields.push({ name: "", value: part });
    } else fields.push({ name: member.name, value: part, access: `.${member.name}` });
  }
  return fields;
}

function contextOfMember({ die }: Member, process: ProcessView): EvaluationContext | undefined {
  return die && globalContext(die, 0n, process);
}

/** The alternative of a Rust enum that is there; undefined for other records. */
export function activeVariant(
  value: TypedValue,
  type: RecordType,
): { readonly name: string; readonly value: TypedValue } | Missing | undefined {
  const part = type.variants();
  if (part === undefined) return undefined;
  let chosen = part.variants.find(({ value: tag }) => tag === undefined) ?? part.variants[0];
  if (part.discriminant !== undefined) {
    const tag = readInteger(memberValue(value, part.discriminant, undefined));
    if (tag === undefined) return undefined;
    if (isMissing(tag)) return tag;
    chosen = part.variants.find(({ value: own }) => own !== undefined && sameTag(own, tag)) ?? chosen;
  }
  if (chosen === undefined) return undefined;
  return { name: chosen.member.name ?? "?", value: memberValue(value, chosen.member, undefined) };
}

/** A tag may be written without its sign. */
function sameTag(written: bigint, read: bigint): boolean {
  return written === read || BigInt.asUintN(64, written) === BigInt.asUintN(64, read);
}

/** A member by name, also of bases and unnamed members; breadth first, so that the nearest one wins. */
export function findMember(value: TypedValue, name: string, process?: ProcessView): TypedValue | undefined {
  let level: TypedValue[] = [value];
  for (let depth = 0; depth < deepestUnnamed && level.length > 0; depth++) {
    const next: TypedValue[] = [];
    for (const record of level) {
      const type = strippedType(process?.completeType(record.type) ?? record.type);
      if (type.kind !== "record") continue;
      const variant = activeVariant(record, type);
      if (variant !== undefined && !isMissing(variant)) {
        if (variant.name === name) return variant.value;
        next.push(variant.value);
      }
      for (const member of type.members()) {
        const context = process && contextOfMember(member, process);
        if (member.name === name) return memberValue(record, member, context);
        if (member.isBase || member.name === undefined) next.push(memberValue(record, member, context));
      }
    }
    level = next;
  }
  return undefined;
}

/** Members one inside the other; undefined as soon as one is not there. */
export function memberPath(value: TypedValue, ...names: readonly string[]): TypedValue | undefined {
  let at: TypedValue | undefined = value;
  for (const name of names) at = at && findMember(at, name);
  return at;
}
