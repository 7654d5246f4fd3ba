import { ExhumeError } from "../../base/errors";
import { parseHexOrUndefined } from "../../base/units";
import { evaluateExpression } from "../../core/expressions/evaluate";
import { scopeOf } from "../../core/expressions/scope";
import type { DebugFrame } from "../../core/symbols/symbolize";
import type { MachineFrame } from "../../core/values/machineFrame";
import { readInteger } from "../../core/values/readValue";
import type { TypedValue } from "../../core/values/typedValue";
import { globalVariable, type Variable, variablesOf } from "../../core/values/variables";
import type {
  CoreFramePlace,
  CoreVariableRow,
  coreVariableRequests,
  FrameScope,
} from "../../protocol/core/variables";
import type { AnswerTable } from "../room";
import { type CoreContext, findCoreFrame, findCoreThread } from "./coreContext";
import { disassemble } from "./disassembly";
import { managedEvaluation, managedVariableRows } from "./managedFrames";
import { registerPage } from "./registerRows";

/** A page of code in an editor has some hundred instructions. */
const mostInstructions = 10_000;

/** What a debugger asks of a core. All of it quick: units are read when needed, containers in pages. */
export const debugAnswers: AnswerTable<CoreContext, keyof typeof coreVariableRequests | "core/disassembly"> =
  {
    "core/variables": {
      lane: "quick",
      answer: (context, { scope, start, count, ...place }) => {
        context.printers.startAnswer();
        if (scope === "registers") return registerPage(context, place, start, count);
        if (place.managed === true) return managedVariableRows(context, place, scope, { start, count });
        const variables = variablesIn(context, place, scope);
        const rows = variables
          .slice(start, start + count)
          .map((variable) =>
            rowOf(context, variable, scope === "globals" ? `::${variable.name}` : variable.name),
          );
        return { start, end: start + rows.length, total: variables.length, rows };
      },
    },
    "core/parts": {
      lane: "quick",
      answer: ({ values, printers }, { handle, start, count }) => {
        printers.startAnswer();
        return values.partsOf(handle, start, count);
      },
    },
    "core/evaluate": {
      lane: "quick",
      answer: (context, { expression, place }) => {
        context.printers.startAnswer();
        if (place?.managed === true) return managedEvaluation(context, expression, place);
        const { frame, functionFrame } = place === undefined ? {} : placeOf(context, place);
        const { text, format } = splitFormat(expression);
        const value = evaluateExpression(text, scopeOf(context.view, frame, functionFrame));
        const row = context.values.rowOf(context.view, { name: text, value }, text);
        const formatted = format === undefined ? undefined : formattedNumber(value, format);
        return formatted === undefined ? row : { ...row, value: formatted };
      },
    },
    "core/disassembly": {
      lane: "quick",
      answer: async (context, { address, offset, count }) => {
        const start = parseHexOrUndefined(address);
        if (start === undefined)
          throw new ExhumeError({ code: "invalid", what: `${address} is not an address` });
        if (!(count >= 0 && count <= mostInstructions && Math.abs(offset) <= mostInstructions))
          throw new ExhumeError({ code: "invalid", what: `${count} instructions were asked for at once` });
        return { instructions: await disassemble(context, start, Math.trunc(offset), count) };
      },
    },
  };

interface FoundPlace {
  readonly frame?: MachineFrame;
  readonly functionFrame?: DebugFrame;
}

/** @throws ExhumeError `notFound` for threads and frames that are not there */
function placeOf(context: CoreContext, { lwp, frame: index, inline }: CoreFramePlace): FoundPlace {
  findCoreFrame(context, lwp, index);
  const frame = context.view.machineFrame(findCoreThread(context, lwp), index);
  if (frame === undefined) return {};
  const functionFrame = context.view.functionsOf(frame)[inline];
  return { frame, ...(functionFrame && { functionFrame }) };
}

function variablesIn(
  context: CoreContext,
  place: CoreFramePlace,
  scope: Exclude<FrameScope, "registers">,
): Variable[] {
  if (scope === "threadLocals" || scope === "thread") return [];
  const { frame, functionFrame } = placeOf(context, place);
  const entry = functionFrame?.scopes.at(-1);
  if (frame === undefined || functionFrame === undefined || entry === undefined) return [];
  const { view } = context;
  if (scope === "globals") {
    return view
      .namesOf(entry.unit.file)
      .variablesOf(entry.unit)
      .map((die) => globalVariable(die, frame, view));
  }
  const wantsArguments = scope === "arguments";
  return variablesOf(functionFrame, frame, view).filter(({ isArgument }) => isArgument === wantsArguments);
}

function rowOf({ values, view }: CoreContext, variable: Variable, expression: string): CoreVariableRow {
  const row = values.rowOf(view, variable, variable.isShadowed ? undefined : expression);
  return variable.isShadowed ? { ...row, isShadowed: true } : row;
}

/** `value,x`: how cpptools and lldb ask for another notation. */
function splitFormat(expression: string): { text: string; format?: string } {
  const match = /^(.*),\s*([xdobc])\s*$/s.exec(expression);
  return match === null ? { text: expression } : { text: match[1]!, format: match[2]! };
}

function formattedNumber(value: TypedValue, format: string): string | undefined {
  const number = readInteger(value);
  if (typeof number !== "bigint") return undefined;
  const digits = (radix: number) => (number < 0n ? `-${prefixed(-number, radix)}` : prefixed(number, radix));
  switch (format) {
    case "x":
      return digits(16);
    case "o":
      return digits(8);
    case "b":
      return digits(2);
    case "c":
      return `'${String.fromCodePoint(Number(BigInt.asUintN(20, number)))}'`;
    default:
      return String(number);
  }
}

const prefixes: Readonly<Record<number, string>> = { 2: "0b", 8: "0", 16: "0x" };

function prefixed(number: bigint, radix: number): string {
  return `${prefixes[radix]}${number.toString(radix)}`;
}
