import { type PythonLayout, pythonLayouts } from "../../../analyzer/core/python/pythonLayouts";
import { moduleAt } from "../../build/processMemory";
import { MadePython, pythonData } from "../../build/pythonMemory";

export const pythonModules = [moduleAt(0, "/usr/bin/python3", [pythonData, pythonData + 0x4000])];

/** A thread that handles an exception two functions deep, with a variable of each kind. */
function madePython(layout: PythonLayout) {
  const python = new MadePython(layout);
  const none = python.type("NoneType") && python.tuple();
  const order = python.instance("Order", python.dictionary([python.string("number"), python.integer(7)]));
  const inner = {
    name: "total",
    line: 12,
    variables: [
      { name: "order", value: order },
      { name: "price", value: python.float(2.5) },
      { name: "names", value: python.list(python.string("apple"), python.string("Käse 😀"), none) },
      {
        name: "counts",
        value: python.dictionary([python.tuple(python.integer(-1)), python.set(python.integer(3))]),
      },
      { name: "data", value: python.bytes(Uint8Array.of(0x61, 0, 0x27)) },
    ],
  };
  const outer = { name: "main", line: 30, variables: [{ name: "depth", value: python.integer(2) }] };
  const stack = python.finish([inner, outer], python.exception("KeyError", python.string("missing")));
  return { python, stack };
}

export const madePythons = pythonLayouts.map((layout) => ({ layout, ...madePython(layout) }));
