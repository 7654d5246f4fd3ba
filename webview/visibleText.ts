import { type ComponentChildren, options, type VNode } from "preact";
import { visibleLines } from "../analyzer/base/foreignText";

/** Attributes that are read by people. */
const spoken = ["title", "aria-label", "alt", "placeholder"];

/**
 * Shows what no reader could see as escapes, in whatever is drawn: marks that turn the direction of writing, controls,
 * and what has no width make a name of a dump look like another. One place for every view: each element passes here.
 */
export function showInvisibles(): void {
  const before = options.vnode;
  options.vnode = (vnode) => {
    if (typeof vnode.type === "string") makeVisible(vnode as VNode<Record<string, unknown>>);
    before?.(vnode);
  };
}

function makeVisible({ props }: VNode<Record<string, unknown>>): void {
  // Preact made the object for this element alone.
  const own = props as Record<string, unknown> & { children?: ComponentChildren };
  if (own.children !== undefined) own.children = visible(own.children);
  for (const name of spoken) {
    const value = own[name];
    if (typeof value === "string") own[name] = visibleLines(value);
  }
}

function visible(children: ComponentChildren): ComponentChildren {
  if (typeof children === "string") return visibleLines(children);
  return Array.isArray(children) ? children.map(visible) : children;
}
