import { Attr, Tag } from "../../formats/dwarf/constants";
import { childrenOf, type Die } from "../../formats/dwarf/dies";

/** Blocks of one function that are looked through. */
const mostBlocks = 100_000;

/** The calls a compiled function makes, those of functions inlined into it included. */
export function* callSitesIn(compiled: Die): Generator<Die> {
  const open: Die[] = [compiled];
  for (let looked = 0; open.length > 0 && looked < mostBlocks; looked++) {
    for (const child of childrenOf(open.pop()!)) {
      if (child.tag === Tag.callSite || child.tag === Tag.gnuCallSite) yield child;
      else if (child.tag === Tag.lexicalBlock || child.tag === Tag.inlinedSubroutine) open.push(child);
    }
  }
}

/** The address after the call. */
export function returnAddressOf(site: Die): number | undefined {
  return site.address(Attr.callReturnPc) ?? site.address(Attr.lowPc);
}

/** True when the function left by the call instead of returning from it. */
export function isTailCall(site: Die): boolean {
  return site.flag(Attr.callTailCall) || site.flag(Attr.gnuTailCall);
}

/** The function that is called, as its declaration or definition; undefined when it is computed. */
export function calledFunctionOf(site: Die): Die | undefined {
  return site.reference(Attr.callOrigin) ?? site.reference(Attr.abstractOrigin);
}
