import { readlinkSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";

/** What Linux allows in one path. */
const mostLinks = 40;

/**
 * Where a path below the root of an unpacked image leads when links are followed the way the machine of the image
 * would: from that root, never out of it. Paths that are not below the root stay as they are.
 */
export function pathInRoot(root: string, path: string): string {
  const top = resolve(root);
  const inside = relative(top, resolve(path));
  if (inside === "" || inside.startsWith("..") || isAbsolute(inside)) return path;
  let rest = inside.split(sep);
  let done: string[] = [];
  for (let links = 0; rest.length > 0; ) {
    const part = rest.shift()!;
    if (part === "" || part === ".") continue;
    if (part === "..") {
      done.pop();
      continue;
    }
    const target = linkTargetOrUndefined(join(top, done.join(sep), part));
    if (target === undefined) {
      done.push(part);
      continue;
    }
    if (++links > mostLinks) return path;
    if (isAbsolute(target)) done = [];
    rest = [...target.split("/"), ...rest];
  }
  return join(top, done.join(sep));
}

function linkTargetOrUndefined(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    // Not a link, or nothing there: opening it tells which.
    return undefined;
  }
}
