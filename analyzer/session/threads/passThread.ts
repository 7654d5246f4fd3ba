import { type Fault, faultOf } from "../../base/errors";
import { CancelFlag } from "../../base/work";
import { type ContentSums, sourceForPass } from "../../heap/graph/columns/contentSums";
import { passNamed } from "../../heap/passes";
import { attachBytes, type SharedBytes } from "../files/sharedBytes";

/** What a pass thread is told once. */
export interface PassThreadData {
  readonly bytes: SharedBytes;
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
  const source = attachBytes(data.bytes);
  const sourceFor = sourceForPass(source, data.contentSums);
  const flag = new CancelFlag(data.cancel);
  const throwIfCancelled = () => flag.throwIfCancelled();
  return ({ name, input }) => {
    try {
      const pass = passNamed(name);
      return { output: pass.run(input, { source: sourceFor(pass), throwIfCancelled }) };
    } catch (thrown) {
      return { fault: faultOf(thrown) };
    }
  };
}
