import { visibleControls } from "../../base/foreignText";
import type { Terminal } from "./output";

/** One line on standard error that is redrawn in place; silent when standard error is not a terminal. */
export interface ProgressLine {
  show(step: string, fraction: number): void;
  clear(): void;
}

const barWidth = 24;

export function progressLine(terminal: Terminal): ProgressLine {
  let shown = false;
  if (!terminal.isInteractive) return { show: () => undefined, clear: () => undefined };
  return {
    show(step, fraction) {
      const share = Math.max(0, Math.min(1, fraction));
      const filled = Math.round(share * barWidth);
      const bar = "█".repeat(filled) + "░".repeat(barWidth - filled);
      const line = `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${visibleControls(step)}`;
      terminal.err(`\r\x1b[2K${line.slice(0, Math.max(20, terminal.columns - 1))}`);
      shown = true;
    },
    clear() {
      if (shown) terminal.err("\r\x1b[2K");
      shown = false;
    },
  };
}
