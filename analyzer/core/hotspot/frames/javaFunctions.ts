import type { CodeBlob } from "./codeBlobs";
import type { JavaCode, JavaCodeFrame } from "./javaCode";
import type { JavaMethod } from "./javaMethod";

/** How the code of a method was run. */
export type RunBy = "interpreted" | "compiled by C1" | "compiled by C2" | "native";

/** A method that a frame of the code cache stands in. */
export interface JavaFunction {
  readonly method: JavaMethod;
  /** -1 before the first bytecode, and in native methods. */
  readonly bytecodeIndex: number;
  readonly line?: number;
  readonly runBy: RunBy;
  /** True for what was put into the method that called it. */
  readonly isInlined: boolean;
  /** False when the machine describes no place here but a later one: line and inlining are those of a place nearby. */
  readonly isExact: boolean;
  /** Where the values of a compiled method are told. */
  readonly values?: { readonly locals: number; readonly expressions: number; readonly monitors: number };
}

/** The methods of a frame, innermost first; none for code of the machine itself. */
export function functionsOf(code: JavaCode, frame: JavaCodeFrame): JavaFunction[] {
  const { blob, interpreted, compiledAt } = frame;
  if (interpreted !== undefined) {
    const { method, bytecodeIndex } = interpreted;
    const line = code.methods.lineAt(method, bytecodeIndex);
    const runBy = method.isNative ? ("native" as const) : ("interpreted" as const);
    const common = { method, bytecodeIndex, runBy, isInlined: false, isExact: true };
    return [{ ...common, ...(line !== undefined && { line }) }];
  }
  if (compiledAt === undefined) return [];
  const place = code.scopes.placeAt(blob, compiledAt.pc, compiledAt.isReturn);
  if (place === undefined) return [];
  const found: JavaFunction[] = [];
  for (const [index, scope] of place.scopes.entries()) {
    const method = code.methods.at(scope.method);
    if (method === undefined) continue;
    // Entering a synchronized method is before its first bytecode, and told by that one's line.
    const line = code.methods.lineAt(method, Math.max(0, scope.bytecodeIndex));
    found.push({
      method,
      bytecodeIndex: scope.bytecodeIndex,
      runBy: runByOf(code, blob, method),
      isInlined: index < place.scopes.length - 1,
      isExact: place.isExact,
      values: scope.values,
      ...(line !== undefined && { line }),
    });
  }
  return found;
}

/** Levels 1 to 3 are C1's. */
function runByOf(code: JavaCode, blob: CodeBlob, method: JavaMethod): RunBy {
  if (method.isNative) return "native";
  return (code.scopes.tablesOf(blob)?.level ?? 0) >= 4 ? "compiled by C2" : "compiled by C1";
}
