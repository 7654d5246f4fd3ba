import { DeclaredPrinters } from "../../analyzer/core/declaredPrinters/declaredPrinters";
import type { PrinterRule } from "../../analyzer/core/declaredPrinters/printerRule";
import type { WorkBudget } from "../../analyzer/core/declaredPrinters/workBudget";
import { arrayType, integerType, pointerType, recordType } from "../../analyzer/core/values/madeTypes";
import { present } from "../../analyzer/core/values/present";
import type { ProcessView } from "../../analyzer/core/values/processView";
import { memoryStorage } from "../../analyzer/core/values/storage";

const int = integerType("int", 4);

/** How rules show a `struct Pair { int first, second; void *next; }` in words of memory from 0x1000 on. */
export function pairShownBy(
  rules: readonly PrinterRule[],
  words: readonly number[],
  budget?: WorkBudget,
): string {
  const bytes = new Uint8Array(Int32Array.from(words).buffer);
  const printers = new DeclaredPrinters(rules, budget);
  const type = recordType("struct", "Pair", 16, [
    { name: "first", type: int, offset: 0 },
    { name: "second", type: int, offset: 4 },
    { name: "next", type: pointerType(8), offset: 8 },
    { name: "values", type: arrayType(int, 4), offset: 0 },
  ]);
  const process: ProcessView = {
    pointerBytes: 8,
    littleEndian: true,
    readMemory: (address, length) => {
      const start = Number(address - 0x1000n);
      return start >= 0 && start + length <= bytes.length ? bytes.subarray(start, start + length) : undefined;
    },
    describeAddress: () => undefined,
    completeType: (each) => each,
    printerOf: printers.printerOf,
  };
  return present({ type, storage: memoryStorage(process, 0x1000n) }, process).text;
}
