import { Attr, Tag } from "../../formats/dwarf/constants";
import { childrenOf, type DebugFile, type Die } from "../../formats/dwarf/dies";
import { type EvaluationContext, evaluateValue } from "../../formats/dwarf/expressions/locationExpression";
import type { Missing } from "../../formats/dwarf/expressions/missing";
import type { StackValue } from "../../formats/dwarf/expressions/stackValues";
import { functionAt } from "../../formats/dwarf/indexUnit";
import { locationAt } from "../../formats/dwarf/locations";
import { entryNameOf, linkageNameOf } from "../../formats/dwarf/names";
import { rangesOf } from "../../formats/dwarf/ranges";
import { callSitesIn, returnAddressOf } from "../symbols/callSites";
import type { FunctionInFrame, MachineFrame } from "./machineFrame";
import type { ProcessView } from "./processView";
import { isMissing } from "./storage";

/** A caller's caller's caller …: entry values may lead on, a few steps at most in real code. */
const deepestEntryValue = 8;

/** What expressions of a function's variables may ask, answered from its frame. */
export function contextOf(
  { frame, compiled }: FunctionInFrame,
  process: ProcessView,
  depth = 0,
): EvaluationContext {
  const context: EvaluationContext = {
    unit: compiled.unit,
    bias: frame.bias,
    register: (register) => frame.registers[register],
    readMemory: (address, length) => process.readMemory(address, length),
    cfa: () => frame.frameAddress,
    frameBase: () => frameBaseOf(compiled, frame, context),
    threadLocal: (offset) => frame.threadLocal?.(offset),
    entryValue: (expression) =>
      depth < deepestEntryValue ? entryValueOf(expression, { frame, compiled }, process, depth) : undefined,
  };
  return context;
}

/** For variables that are in no frame. */
export function globalContext(die: Die, bias: bigint, process: ProcessView): EvaluationContext {
  const noFrame: Missing = { missing: "absent", why: "it belongs to no frame" };
  return {
    unit: die.unit,
    bias,
    register: () => undefined,
    readMemory: (address, length) => process.readMemory(address, length),
    cfa: () => undefined,
    frameBase: () => noFrame,
    threadLocal: () => undefined,
    entryValue: () => undefined,
  };
}

/** Address within the file at which a frame's code and locations are looked up. */
export function fileAddressOf(frame: MachineFrame): number {
  return Number(BigInt.asUintN(64, frame.lookupAddress - frame.bias));
}

/** The compiled function a frame is in. */
export function compiledFunctionOf(frame: MachineFrame): Die | undefined {
  const { debug } = frame;
  return debug && compiledFunctionAt(debug, fileAddressOf(frame));
}

/** The compiled function an address of a file is in. */
export function compiledFunctionAt(debug: DebugFile, address: number): Die | undefined {
  for (const skeleton of debug.unitsAt(address)) {
    const unit = debug.fullUnitOf(skeleton);
    const found = functionAt(unit, unit.file.indexOf(unit), address);
    if (found !== undefined) return found;
  }
  return undefined;
}

function frameBaseOf(compiled: Die, frame: MachineFrame, context: EvaluationContext): bigint | Missing {
  const description = locationAt(compiled, Attr.frameBase, fileAddressOf(frame));
  if (description.kind !== "expression")
    return { missing: "optimizedOut", why: "the function has no frame base here" };
  // Asked for within itself it would never be known.
  const itself: Missing = { missing: "optimizedOut", why: "the function's frame base rests on itself" };
  const base = evaluateValue(description.expression, { ...context, frameBase: () => itself });
  return isMissing(base) ? base : base.bits;
}

/**
 * What an argument register held when the function was entered, as the caller's call site says. Trusted only when the
 * call site names this very function: a tail call in between would have changed the registers.
 */
function entryValueOf(
  expression: Uint8Array,
  { frame, compiled }: FunctionInFrame,
  process: ProcessView,
  depth: number,
): StackValue | undefined {
  const caller = frame.caller();
  const callerFunction = caller && compiledFunctionOf(caller);
  if (caller === undefined || callerFunction === undefined) return undefined;
  const site = callSiteOf(callerFunction, Number(BigInt.asUintN(64, caller.pc - caller.bias)));
  if (site === undefined) return undefined;
  const context = contextOf({ frame: caller, compiled: callerFunction }, process, depth + 1);
  if (!callsFunction(site, context, { frame, compiled })) return undefined;
  for (const parameter of childrenOf(site)) {
    if (parameter.tag !== Tag.callSiteParameter && parameter.tag !== Tag.gnuCallSiteParameter) continue;
    const location = parameter.block(Attr.location);
    if (location === undefined || !sameBytes(location, expression)) continue;
    const value = parameter.block(Attr.callValue) ?? parameter.block(Attr.gnuCallSiteValue);
    if (value === undefined) return undefined;
    const found = evaluateValue(value, context);
    return isMissing(found) ? undefined : found;
  }
  return undefined;
}

/** The call that returns to an address of the file. */
function callSiteOf(compiled: Die, returnAddress: number): Die | undefined {
  for (const site of callSitesIn(compiled)) if (returnAddressOf(site) === returnAddress) return site;
  return undefined;
}

function callsFunction(site: Die, context: EvaluationContext, { frame, compiled }: FunctionInFrame): boolean {
  const origin = site.reference(Attr.callOrigin) ?? site.reference(Attr.abstractOrigin);
  if (origin !== undefined) {
    if (origin.unit === compiled.unit && origin.offset === compiled.offset) return true;
    const theirs = linkageNameOf(origin) ?? entryNameOf(origin);
    return theirs !== undefined && theirs === (linkageNameOf(compiled) ?? entryNameOf(compiled));
  }
  const target = site.block(Attr.callTarget) ?? site.block(Attr.gnuCallSiteTarget);
  if (target === undefined) return false;
  const address = evaluateValue(target, context);
  if (isMissing(address)) return false;
  const entry = Number(BigInt.asUintN(64, address.bits - frame.bias));
  return rangesOf(compiled).some(({ start }) => start === entry);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, index) => byte === b[index]);
}
