import type { Heap } from "../../heap";
import { perHeap } from "../objects/perHeap";
import { systemProperties } from "../program/systemProperties";
import { isApplicationClass } from "./applicationClasses";
import { isLibraryClass } from "./libraryPackages";

/** Parts of a package's name that a company's or a project's code has in common. */
const sharedParts = 2;

/**
 * Package of the program, as its main class tells it: `com.acme.` of `com.acme.shop.Main`. Empty for a main class in no
 * package; undefined when a jar or a library's launcher was started.
 */
const ownPackage = perHeap((heap): string | undefined => {
  const command = systemProperties(heap).find(({ name }) => name === "sun.java.command")?.value ?? "";
  const main = command.split(" ")[0]!.replace(/^.*\//, "");
  const isClass = /^[\p{L}_$][\p{L}\p{N}_$]*(\.[\p{L}_$][\p{L}\p{N}_$]*)*$/u.test(main);
  if (!isClass || main.endsWith(".jar") || !isApplicationClass(main) || isLibraryClass(main))
    return undefined;
  const parts = main.split(".").slice(0, -1);
  return parts
    .slice(0, sharedParts)
    .map((part) => `${part}.`)
    .join("");
});

/**
 * True for classes whose fields belong to some library: those of known libraries, and where the main class is known
 * those outside its package.
 */
export function isLibraryCode(heap: Heap, className: string): boolean {
  if (isLibraryClass(className)) return true;
  const own = ownPackage(heap);
  if (own === undefined) return false;
  return own === "" ? className.includes(".") : !className.startsWith(own);
}

/** True for classes of the program itself. */
export function isOwnCode(heap: Heap, className: string): boolean {
  return isApplicationClass(className) && !isLibraryCode(heap, className);
}
