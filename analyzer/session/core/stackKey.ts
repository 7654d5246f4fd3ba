import { createHash } from "node:crypto";
import type { LoadedModule } from "../../core/modules/loadedModule";
import type { Stack } from "../../core/unwind/stack";

/** Longer ones stand for themselves by a digest: there may be a million stacks of ten thousand frames. */
const longestKey = 256;

/** The same for stacks with the same return addresses all the way up. */
export function stackKeyOf(stack: Stack<LoadedModule>): string {
  const places: string[] = [];
  const count = stack.count();
  for (let index = 0; index < count; index++) places.push(stack.lookupAddressAt(index).toString(16));
  const key = `${stack.stopped} ${places.join(" ")}`;
  return key.length <= longestKey ? key : createHash("sha256").update(key).digest("hex");
}
