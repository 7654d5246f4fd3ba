import { hasFlag, type PythonMemory, typeFlag } from "./pythonMemory";
import { exceptionText, pythonRepresentation } from "./pythonRepresentation";

/** Exceptions within exceptions that are told. */
const mostHandled = 4;

/** What a thread raises and handles, each as a predicate. */
export function exceptionsOf(python: PythonMemory, thread: number): string[] {
  const { thread: layout, minor } = python.layout;
  const notes: string[] = [];
  const raised = raisedText(python, thread);
  if (raised !== undefined) notes.push(`raises ${raised}`);
  // Before 3.11 an entry is type, value and traceback, then the outer entry; since then value and outer entry.
  const [value, outer] = minor < 11 ? [8, 24] : [0, 8];
  let entry = python.pointer(thread + layout.handled);
  for (let depth = 0; entry !== undefined && depth < mostHandled; depth++) {
    const exception = python.pointer(entry + value);
    if (exception !== undefined && hasFlag(python.typeOf(exception), typeFlag.exception))
      notes.push(`handles ${exceptionText(python, exception)}`);
    entry = python.pointer(entry + outer);
  }
  return notes;
}

function raisedText(python: PythonMemory, thread: number): string | undefined {
  const { thread: layout, minor } = python.layout;
  if (minor >= 12) {
    const exception = python.pointer(thread + layout.raised);
    return exception === undefined ? undefined : exceptionText(python, exception);
  }
  const type = python.pointer(thread + layout.raised);
  if (type === undefined) return undefined;
  const value = python.pointer(thread + layout.raised + 8);
  if (value !== undefined && hasFlag(python.typeOf(value), typeFlag.exception))
    return exceptionText(python, value);
  // C code raises a type with what its instance will be made from.
  const nameAddress = python.pointer(type + 24);
  const name = nameAddress === undefined ? "?" : (python.memory.text(BigInt(nameAddress), 256) ?? "?");
  return value === undefined ? name : `${name}(${pythonRepresentation(python, value)})`;
}
