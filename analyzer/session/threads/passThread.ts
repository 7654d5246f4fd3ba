import { type Fault, faultOf } from "../../base/errors";
import { CancelFlag } from "../../base/work";
import { type ContentSums, summingSource } from "../../heap/graph/columns/contentSums";
import { passNamed } from "../../heap/passes";
import { FileSource, type SharedFile } from "../files/fileSource";

/** What a pass thread is told once. */
export interface PassThreadData {
  readonly file: SharedFile;
  readonly contentSums: ContentSums;
  readonly cancel: SharedArrayBuffer;
}

export interface PassCall {
  readonly name: string;
  readonly input: unknown;
}

export type PassReply = { readonly output: unknown } | { readonly fault: Fault };

/** Runs the passes a thread is sent, one after another. */
export function newPassThread(data: PassThreadData): (call: PassCall) => PassReply {
  const source = FileSource.attach(data.file);
  const summing = summingSource(source, data.contentSums);
  const flag = new CancelFlag(data.cancel);
  const throwIfCancelled = () => flag.throwIfCancelled();
  return ({ name, input }) => {
    try {
      const pass = passNamed(name);
      const read = pass.readsContents === true ? summing : source;
      return { output: pass.run(input, { source: read, throwIfCancelled }) };
    } catch (thrown) {
      return { fault: faultOf(thrown) };
    }
  };
}
