import { ProblemList } from "../../base/problems";
import type { DeclaredPrinters } from "../../core/declaredPrinters/declaredPrinters";
import { findPrinter } from "../../core/values/printers/printers";
import type { ProcessView } from "../../core/values/processView";

/** How values are shown, by the rules of the workspace and of Exhume: read before the first question about values. */
export class LatePrinters {
  private loading: Promise<void> | undefined;
  private loaded: DeclaredPrinters | undefined;

  /** @param files with the workspace's rules; what is wrong in them was found when building */
  constructor(private readonly files: readonly string[]) {}

  load(): Promise<void> {
    this.loading ??= this.read();
    return this.loading;
  }

  /** What follows is another answer, with work of its own. */
  startAnswer(): void {
    this.loaded?.startAnswer();
  }

  readonly printerOf: ProcessView["printerOf"] = (type) => (this.loaded?.printerOf ?? findPrinter)(type);

  private async read(): Promise<void> {
    const { DeclaredPrinters } = await import("../../core/declaredPrinters/declaredPrinters");
    const { readPrinterFiles } = await import("./printerFiles");
    this.loaded = new DeclaredPrinters(readPrinterFiles(this.files, new ProblemList()));
  }
}
