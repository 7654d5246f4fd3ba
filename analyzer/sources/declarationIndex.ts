import type { Work } from "../base/work";
import { filesOf, type SourceIndex } from "./sourceIndex";

/** Which files may declare a type of a name. Over-inclusive: comments count, the outline decides later. */
export type DeclarationIndex = ReadonlyMap<string, readonly string[]>;

const declaration =
  /\b(?:(?:enum\s+)?class|interface|enum|record|object|trait)\s+(?:([\p{L}_$][\p{L}\p{N}_$]*)|`([^`\n]+)`)|@file\s*:\s*JvmName\s*\(\s*"([^"]+)"/gu;

/** Names a text may declare, each once. */
export function namesDeclaredIn(text: string): string[] {
  const names = new Set<string>();
  for (const match of text.matchAll(declaration)) names.add(match[1] ?? match[2] ?? match[3]!);
  return [...names];
}

/** The index of files whose names are known. */
export function indexOfNames(files: Iterable<readonly [string, readonly string[]]>): DeclarationIndex {
  const declared = new Map<string, string[]>();
  for (const [file, names] of files) {
    for (const name of names) {
      const list = declared.get(name);
      if (list === undefined) declared.set(name, [file]);
      else list.push(file);
    }
  }
  return declared;
}

/** Reads every file of a tree: for trees that are not folders on disk, which `session/sources` reads in a thread. */
export async function indexDeclarations(index: SourceIndex, work: Work): Promise<DeclarationIndex> {
  const files: (readonly [string, readonly string[]])[] = [];
  for (const file of filesOf(index)) {
    work.throwIfCancelled();
    const text = await index.tree.read(file);
    if (text !== undefined) files.push([file, namesDeclaredIn(text)]);
  }
  return indexOfNames(files);
}
