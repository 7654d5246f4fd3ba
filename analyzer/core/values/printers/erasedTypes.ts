import { Attr, Tag } from "../../../formats/dwarf/constants";
import { childrenOf, type Die } from "../../../formats/dwarf/dies";
import { enclosingEntryOf, entryNameOf } from "../../../formats/dwarf/names";
import { orReport } from "../../../formats/dwarf/sections";
import {
  byteSizeOf,
  type DebugType,
  readType,
  strippedType,
  templateArgumentsOf,
  typeName,
} from "../../../formats/dwarf/types";
import { computedValue, valueAt } from "../partValues";
import { present } from "../present";
import type { Printed, Printer, ProcessView } from "../processView";
import { findMember, memberPath } from "../records";
import type { TypedValue } from "../typedValue";
import { listOf } from "../valueParts";
import { numberAt, pointerAt } from "./nodes";

/** What keeps a value of any type, with a function that knows the type: a member of a template made for that type. */
export const erasedTypes: readonly (readonly [string, Printer])[] = [
  ["std::any", any],
  ["std::function", callable],
  ["std::move_only_function", callable],
];

/** The class around the function at an address. */
function classOf(address: bigint, process: ProcessView): Die | undefined {
  const code = process.functionAt?.(address);
  return code && orReport(code.unit.file.problems, undefined, () => enclosingEntryOf(code));
}

/** A type with a name that holds a value, empty or not. */
function heldIn(held: TypedValue, process: ProcessView, name: string): Printed {
  return {
    text: (depth) => `${name}${present(held, process, depth).text}`,
    children: listOf([{ name: "value()", value: held }]),
  };
}

function any(value: TypedValue, process: ProcessView): Printed | undefined {
  const manager = numberAt(findMember(value, "_M_manager"));
  const storage = findMember(value, "_M_storage");
  if (manager === undefined || storage === undefined) return undefined;
  if (manager === 0n) return { text: "no value" };
  const owner = classOf(manager, process);
  const type = owner && templateArgumentsOf(owner)[0];
  const isInside = owner !== undefined && entryNameOf(owner)?.startsWith("_Manager_internal") === true;
  const held = type && heldAt(storage, type, isInside, process);
  return held && heldIn(held, process, "");
}

function heldAt(
  storage: TypedValue,
  type: DebugType,
  isInside: boolean,
  process: ProcessView,
): TypedValue | undefined {
  if (isInside) return { type, storage: storage.storage };
  const { address } = storage.storage;
  const pointer = address === undefined ? undefined : pointerAt(process, address);
  return pointer === undefined ? undefined : valueAt(type, pointer, process);
}

/** The target of a function object: a function by its name, a lambda or functor by its type and what it holds. */
function callable(value: TypedValue, process: ProcessView): Printed | undefined {
  const manager = numberAt(findMember(value, "_M_manager"));
  const storage = findMember(value, "_M_functor");
  if (manager === undefined || storage === undefined) return undefined;
  if (manager === 0n) return { text: "empty" };
  const owner = classOf(manager, process);
  const type = owner && templateArgumentsOf(owner)[1];
  if (owner === undefined || type === undefined) return undefined;
  const target = heldAt(storage, type, isStoredInside(owner, type, process), process);
  if (target === undefined) return undefined;
  const isRecord = strippedType(type).kind === "record";
  const printed = heldIn(target, process, isRecord ? `${typeName(type) || "lambda"} ` : "");
  return { ...printed, children: listOf([{ name: "target()", value: target }]) };
}

/** Small functors are kept inside when copying them is copying bytes, which the library notes in a constant. */
function isStoredInside(handler: Die, type: DebugType, process: ProcessView): boolean {
  const size = byteSizeOf(process.completeType(type)) ?? 0;
  if (size > 2 * process.pointerBytes) return false;
  const told = orReport(handler.unit.file.problems, undefined, () => {
    for (const base of childrenOf(handler)) {
      const record = base.tag === Tag.inheritance ? base.reference(Attr.type) : undefined;
      const plain = record && strippedType(readType(record));
      if (plain?.kind !== "record" || plain.die === undefined) continue;
      for (const child of childrenOf(plain.die))
        if (entryNameOf(child) === "__stored_locally") return child.constant(Attr.constValue);
    }
    return undefined;
  });
  return told === undefined || told !== 0n;
}

/** A coroutine by its handle: which function, at which of its points it waits, its promise and its variables. */
export function coroutine(value: TypedValue, process: ProcessView): Printed | undefined {
  const frame = numberAt(findMember(value, "_M_fr_ptr") ?? findMember(value, "__handle_"));
  if (frame === undefined) return undefined;
  if (frame === 0n) return { text: "no coroutine" };
  const resume = pointerAt(process, frame);
  const destroy = pointerAt(process, frame + BigInt(process.pointerBytes));
  if (resume === undefined || destroy === undefined) return { text: "<absent>" };
  const code = process.functionAt?.(resume === 0n ? destroy : resume);
  const type = code && frameTypeOf(code);
  const state: TypedValue | undefined = type && valueAt(process.completeType(type), frame, process);
  const name = (process.describeAddress(resume === 0n ? destroy : resume) ?? "").replace(/\(.*|\+\d+$/s, "");
  const index =
    state && numberAt(findMember(state, "_Coro_resume_index") ?? findMember(state, "__coro_index"));
  const where =
    resume === 0n
      ? "done"
      : index === undefined
        ? "suspended"
        : `suspended at point ${pointOf(state!, index)}`;
  const own = templateArgumentsOf(strippedRecordDie(value))[0];
  const promise =
    (state && (findMember(state, "_Coro_promise") ?? findMember(state, "__promise"))) ??
    (own !== undefined && strippedType(own).kind === "record"
      ? valueAt(own, frame + BigInt(2 * process.pointerBytes), process)
      : undefined);
  return {
    text: name === "" ? where : `${name} ${where}`,
    children: listOf([
      ...(promise === undefined ? [] : [{ name: "promise()", value: promise }]),
      ...(state === undefined ? [] : [{ name: "frame", value: state }]),
      { name: "address()", value: computedValue(findMember(value, "_M_fr_ptr")?.type ?? value.type, frame) },
    ]),
  };
}

/** gcc counts two states for each point: to go on, and to be destroyed. */
function pointOf(state: TypedValue, index: bigint): bigint {
  return memberPath(state, "_Coro_resume_index") === undefined ? index : index / 2n;
}

function strippedRecordDie({ type }: TypedValue): Die | undefined {
  const plain = strippedType(type);
  return plain.kind === "record" ? plain.die : undefined;
}

/** What the function that goes on with a coroutine is given. */
function frameTypeOf(code: Die): DebugType | undefined {
  const type = orReport(code.unit.file.problems, undefined, () => readType(code));
  const [first] = type?.kind === "function" ? type.params() : [];
  const pointer = first && strippedType(first);
  return pointer?.kind === "pointer" ? pointer.target() : undefined;
}
