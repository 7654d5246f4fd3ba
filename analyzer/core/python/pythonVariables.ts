import type { ManagedVariable } from "../managed/managedValue";
import { dictionaryEntries } from "./pythonDictionary";
import type { PythonFrame } from "./pythonFrames";
import type { PythonMemory } from "./pythonMemory";
import { letterTextAt } from "./pythonText";
import { pythonValue } from "./pythonValue";

const cellContents = 16;
const mostNames = 5000;

/** Variables of a function from its frame, of a module or class from its dictionary; those without a value are left out. */
export function variablesOfFrame(python: PythonMemory, { address, code }: PythonFrame): ManagedVariable[] {
  const { frame: layout } = python.layout;
  if (!code.keepsVariablesOnFrame) {
    const dictionary =
      python.reference(address + layout.locals) ?? python.reference(address + layout.globals);
    return dictionary === undefined ? [] : variablesOfDictionary(python, dictionary);
  }
  return code.variables.flatMap(({ name, isArgument, isShared }, index) => {
    const held = python.reference(address + layout.variables + 8 * index);
    const value = held === undefined || !isShared ? held : contentsOf(python, held);
    return value === undefined ? [] : [variableAt(python, name, value, isArgument)];
  });
}

/** Variables of the module that the function was defined in. */
export function globalsOfFrame(python: PythonMemory, { address }: PythonFrame): ManagedVariable[] {
  const dictionary = python.reference(address + python.layout.frame.globals);
  return dictionary === undefined ? [] : variablesOfDictionary(python, dictionary);
}

function variablesOfDictionary(python: PythonMemory, dictionary: number): ManagedVariable[] {
  const entries = dictionaryEntries(python, dictionary);
  return (entries?.page(0, mostNames) ?? []).flatMap(([key, value]) => {
    const name = letterTextAt(python, key, 1024);
    return name === undefined ? [] : [variableAt(python, name, value, false)];
  });
}

/** A module has thousands of variables: each is put into words when it is shown. */
function variableAt(
  python: PythonMemory,
  name: string,
  address: number,
  isArgument: boolean,
): ManagedVariable {
  return {
    name,
    isArgument,
    get value() {
      return pythonValue(python, address);
    },
  };
}

/** What functions share is in a cell, which the function makes when it begins. */
function contentsOf(python: PythonMemory, address: number): number | undefined {
  const type = python.typeOf(address);
  const isCell = type?.name === "cell" || (type?.name === "" && type.basicSize === cellContents + 8);
  return isCell ? python.pointer(address + cellContents) : address;
}
