import type { RecordType } from "../../formats/dwarf/types";
import { findPrinter } from "../values/printers/printers";
import type { Printer } from "../values/processView";
import { builtinRules } from "./builtin/builtinRules";
import { type CompiledRule, compiled } from "./compiledRule";
import type { PrinterRule } from "./printerRule";
import { printedBy } from "./rulePrinter";
import { WorkBudget } from "./workBudget";

const namesKept = 10_000;

/** The printers of a process: the workspace's first, then those of the standard libraries, then those for other libraries. */
export class DeclaredPrinters {
  private readonly byName = new Map<string, Printer | undefined>();
  private readonly own: readonly CompiledRule[];

  /** @param budget what rules may do for one answer */
  constructor(
    rules: readonly PrinterRule[] = [],
    private readonly budget = new WorkBudget(),
  ) {
    this.own = compiled(rules);
  }

  /** What follows is another answer, with work of its own. */
  startAnswer(): void {
    this.budget.renew();
  }

  readonly printerOf = (type: RecordType): Printer | undefined => {
    if (type.name === "") return undefined;
    const known = this.byName.get(type.name);
    if (known !== undefined || this.byName.has(type.name)) return known ?? findPrinter(type);
    const own = this.own.filter(({ matches }) => matches(type.name));
    const standard = findPrinter(type);
    const others =
      standard === undefined ? builtinRules(type.name).filter(({ matches }) => matches(type.name)) : [];
    const printer = own.length + others.length === 0 ? undefined : this.printerBy(own, others);
    if (this.byName.size > namesKept) this.byName.clear();
    this.byName.set(type.name, printer);
    return printer ?? standard;
  };

  private printerBy(own: readonly CompiledRule[], others: readonly CompiledRule[]): Printer {
    return (value, process, level) => {
      for (const rules of [own, others]) {
        for (const { rule } of rules) {
          if (this.budget.isSpent) return undefined;
          const printed = printedBy(rule, value, process, level, this.budget);
          if (printed !== undefined) return printed;
        }
      }
      const { type } = value;
      return type.kind === "record" ? findPrinter(type)?.(value, process, level) : undefined;
    };
  }
}
