import { printableJson, visibleControls } from "../../base/foreignText";

/** Where the command line writes to; tests pass their own. Nothing but {@link outputTo} and the progress line may. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Asks for what must not be seen; absent where nobody sits at a terminal. */
  readonly askSecret?: (prompt: string) => Promise<string | undefined>;
  /** True when a progress line may be redrawn. */
  readonly isInteractive: boolean;
  /** Width to lay tables out for, in columns. */
  readonly columns: number;
}

/**
 * The one writer of the command line. Reports are lines, so that a name with a line end in it cannot begin another one,
 * and controls in a line stand as escapes: names and strings of a dump would else drive the terminal.
 */
export interface Output {
  /** Lines of a report, to standard output. */
  text(lines: Iterable<string>): void;
  /** One JSON value, exact, to standard output. */
  json(value: unknown, indent?: number): void;
  /** Lines of warnings and faults, to standard error. */
  note(lines: readonly string[]): void;
  readonly columns: number;
}

export function outputTo({ out, err, columns }: Terminal): Output {
  return {
    text: (lines) => out(printable(lines)),
    json: (value, indent = 2) => out(`${printableJson(JSON.stringify(value, null, indent))}\n`),
    note: (lines) => err(printable(lines)),
    columns,
  };
}

function printable(lines: Iterable<string>): string {
  let text = "";
  for (const line of lines) text += `${visibleControls(line)}\n`;
  return text;
}

/** Blocks of lines with an empty line between; a block without lines is left out. */
export function apart(blocks: readonly (readonly string[])[]): string[] {
  return blocks
    .filter((block) => block.length > 0)
    .flatMap((block, position) => (position === 0 ? block : ["", ...block]));
}
