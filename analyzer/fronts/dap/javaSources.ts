import { basename } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { ExhumeError } from "../../base/errors";
import type { FrameSourceParams } from "../../protocol/source/sources";
import type { DebugServices } from "./dumpDebugAdapter";

/** Where a frame of Java stands in the workspace, or in an archive of sources. */
export interface JavaPlace {
  readonly source: DebugProtocol.Source;
  readonly line: number;
  readonly column: number;
  readonly isFound: boolean;
}

/** Sources of Java's frames for a debug client. What lies in an archive is a document the client asks for. */
export class JavaSources {
  /** Paths of sources in archives, by source reference - 1. */
  private readonly archived: string[] = [];

  constructor(private readonly sources: DebugServices["sources"]) {}

  async placeOf(frame: FrameSourceParams): Promise<JavaPlace> {
    const { className, file, line = 0 } = frame;
    const { locations } = await this.sources.ask("source/frame", frame);
    const best = locations[0];
    if (best !== undefined)
      return { source: this.at(best.path, best.match), line: best.line, column: best.column, isFound: true };
    const simple = className.slice(className.lastIndexOf(".") + 1);
    const name = file ?? `${simple.split("$")[0]}.java`;
    const source: DebugProtocol.Source = { name, presentationHint: "deemphasize", origin: className };
    return { source, line: Math.max(0, line), column: 0, isFound: false };
  }

  /** @throws ExhumeError `notFound` */
  async textOf(reference: number) {
    const path = this.archived[reference - 1];
    if (path === undefined) throw new ExhumeError({ code: "notFound", what: "this source" });
    const { text } = await this.sources.ask("source/text", { path });
    return { content: text, mimeType: "text/x-java" };
  }

  private at(path: string, origin: string): DebugProtocol.Source {
    const entry = /^(.+\.(?:jar|zip))!\/(.+)$/i.exec(path);
    if (entry === null) return { name: basename(path), path, origin };
    let index = this.archived.indexOf(path);
    if (index < 0) index = this.archived.push(path) - 1;
    const presentationHint = "deemphasize";
    return {
      name: basename(path),
      path,
      sourceReference: index + 1,
      origin: basename(entry[1]!),
      presentationHint,
    };
  }
}
