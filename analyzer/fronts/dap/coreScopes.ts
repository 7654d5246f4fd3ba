import type { DebugProtocol } from "@vscode/debugprotocol";
import type { CoreFrame } from "../../protocol/core/stacks";
import { type FrameScope, frameScopes } from "../../protocol/core/variables";

/** Which scope of which frame, counted from 1, a reference of a scope means. */
export function frameScopeOf(reference: number): { readonly frameId: number; readonly scope: FrameScope } {
  const frameId = Math.floor((reference - 1) / frameScopes.length) + 1;
  return { frameId, scope: frameScopes[(reference - 1) % frameScopes.length]! };
}

/** What there is to unfold of a frame, by what it is a frame of. */
export function scopesOfFrame(frameId: number, frame: CoreFrame): DebugProtocol.Scope[] {
  const scope = (
    name: string,
    kind: FrameScope,
    more: Partial<DebugProtocol.Scope>,
  ): DebugProtocol.Scope => ({
    name,
    variablesReference: (frameId - 1) * frameScopes.length + frameScopes.indexOf(kind) + 1,
    expensive: false,
    ...more,
  });
  // Of code without debug information the registers are all there is: they unfold by themselves then.
  const isBare = frame.file === undefined && frame.language === undefined;
  if (isBare)
    return [
      scope("Registers", "registers", { presentationHint: "registers" }),
      scope("Globals", "globals", { expensive: true }),
    ];
  return [
    scope("Arguments", "arguments", { presentationHint: "arguments" }),
    scope("Locals", "locals", { presentationHint: "locals" }),
    ...(frame.className === undefined
      ? [scope("Globals", "globals", { expensive: true })]
      : [
          scope(`Statics of ${simpleName(frame.className)}`, "globals", {}),
          scope("Thread-locals", "threadLocals", {}),
          scope("Thread", "thread", { expensive: true }),
        ]),
    scope("Registers", "registers", { presentationHint: "registers", expensive: true }),
  ];
}

function simpleName(className: string): string {
  return className.slice(className.lastIndexOf(".") + 1);
}
