import { dictionary } from "../base/dictionary";
import { lastPartOf } from "../base/pathNames";
/** Languages that compile to JVM classes and that the outline understands. */
export type SourceLanguage = "java" | "kotlin" | "scala" | "groovy";

const languageByExtension: Readonly<Record<string, SourceLanguage>> = dictionary({
  java: "java",
  kt: "kotlin",
  kts: "kotlin",
  scala: "scala",
  sc: "scala",
  groovy: "groovy",
  gvy: "groovy",
});

/** Extensions worth watching, without the dot. */
export const sourceExtensions: readonly string[] = Object.keys(languageByExtension);

export function languageOfPath(path: string): SourceLanguage | undefined {
  const dot = path.lastIndexOf(".");
  return dot < 0 ? undefined : languageByExtension[path.slice(dot + 1).toLowerCase()];
}

/** `a/b/Foo.kt` → `Foo`. */
export function baseNameOf(path: string): string {
  const name = lastPartOf(path);
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? name : name.slice(0, dot);
}

/** `a/b/Foo.kt` → `a/b`; empty for a file in the root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}
