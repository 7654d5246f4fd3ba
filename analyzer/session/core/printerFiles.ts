import { readUpTo } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";
import type { ProblemList } from "../../base/problems";
import { longestPrinterFile, readPrinterFile } from "../../core/declaredPrinters/printerFile";
import type { PrinterRule } from "../../core/declaredPrinters/printerRule";
import { FileSource } from "../files/fileSource";

/** The rules of the files that are named, in their order. What is wrong in them is a problem with its place. */
export function readPrinterFiles(paths: readonly string[], problems: ProblemList): PrinterRule[] {
  const rules: PrinterRule[] = [];
  for (const path of paths) {
    const text = textOf(path);
    const { rules: found, faults } =
      text === undefined
        ? {
            rules: [],
            faults: [{ line: 1, column: 1, message: "the file is not there, or may not be read" }],
          }
        : readPrinterFile(text);
    for (const rule of found) rules.push(rule);
    for (const { line, column, message } of faults)
      problems.add({
        code: "printers-file",
        message: `${path}:${line}:${column}: ${message}; this printer is left out.`,
        losesData: false,
      });
  }
  return rules;
}

function textOf(path: string): string | undefined {
  try {
    const file = FileSource.open(path);
    try {
      // One more byte shows that there is more than is taken.
      return new TextDecoder().decode(readUpTo(file, 0, longestPrinterFile + 1));
    } finally {
      file.close();
    }
  } catch (error) {
    if (!(error instanceof ExhumeError)) throw error;
    return undefined;
  }
}
