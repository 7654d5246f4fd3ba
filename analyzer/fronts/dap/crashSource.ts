import { basename } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { ExhumeError } from "../../base/errors";
import { visibleControls } from "../../base/foreignText";
import { missingHead } from "../../base/missingHead";
import { parseHexOrUndefined } from "../../base/units";
import type { CoreModuleRow } from "../../protocol/core/modules";
import type { CoreFrame } from "../../protocol/core/stacks";
import type { DumpSession } from "../../session/dumpSession";

/** Instructions shown before and behind the one a frame stands at. */
const before = 12;
const behind = 24;

/** Above those of sources in archives. */
const firstReference = 2 ** 24;

/**
 * What is shown at a frame that no source is at hand for: the instructions around it, and, where its file is not here,
 * that. Clients select only frames with a source, and show no variables while none is selected.
 */
export class CrashSources {
  private readonly texts: string[] = [];

  isOwn(reference: number): boolean {
    return reference >= firstReference;
  }

  /** @throws ExhumeError `notFound` */
  textOf(reference: number) {
    const content = this.texts[reference - firstReference];
    if (content === undefined) throw new ExhumeError({ code: "notFound", what: "this source" });
    return { content, mimeType: "text/x-asm" };
  }

  async placeOf(
    dump: DumpSession,
    frame: CoreFrame,
    module: CoreModuleRow | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly source: DebugProtocol.Source; readonly line: number; readonly column: number }> {
    const name = module === undefined ? "code" : basename(module.path);
    const lines = headOf(module);
    const here = parseHexOrUndefined(frame.pc);
    let line = 0;
    for (const { address, bytes, text, symbol } of await instructionsAround(dump, frame.pc, signal)) {
      const isHere = parseHexOrUndefined(address) === here;
      if (bytes === undefined && !isHere) continue;
      if (symbol !== undefined) lines.push(`${symbol}:`);
      lines.push(`${isHere ? "=>" : "  "} ${address}  ${bytes === undefined ? "(not in the core)" : text}`);
      if (isHere) line = lines.length;
    }
    if (line === 0) line = lines.push(`=> ${frame.pc}`);
    const content = lines.map(visibleControls).join("\n");
    const sourceReference = firstReference + this.texts.push(content) - 1;
    return {
      source: { name: `${name} ${frame.pc}`, sourceReference, origin: "instructions" },
      line,
      column: 1,
    };
  }
}

function headOf(module: CoreModuleRow | undefined): string[] {
  if (module?.wants === undefined) return [];
  return [missingHead(module.path, module.status === "missing"), `; ${module.fault}`, ""];
}

async function instructionsAround(dump: DumpSession, pc: string, signal: AbortSignal) {
  try {
    const part = { address: pc, offset: -before, count: before + behind };
    return (await dump.ask("core/disassembly", part, signal)).instructions;
  } catch (error) {
    // Neither the core nor a file has them, or the address is not of code at all: the head says what is known.
    if (error instanceof ExhumeError && error.fault.code !== "cancelled") return [];
    throw error;
  }
}
