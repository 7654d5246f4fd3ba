import type { Call } from "./wire";

/** A place in a file; lines and columns from 1. */
export interface SourceLocation {
  /** Absolute path; for a file in an archive `<archive>!/<entry>`, whose text `source/text` gives. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** Why this place: `package path`, `declaration`, `recorded line`…, in words to show. */
  readonly match: string;
}

export interface SourceAnswer {
  /** Best first; several when the workspace has several candidates. */
  readonly locations: readonly SourceLocation[];
  /** Folders and rules that were tried, for the message when nothing matched. */
  readonly searched: readonly string[];
}

/** What every question about sources may carry. */
export interface SourceScope {
  /** Folders to look in instead of the workspace's. */
  readonly roots?: readonly string[];
}

export interface ClassSourceParams extends SourceScope {
  /** As Java writes it: `com.example.Outer$Inner`, also arrays and classes made at run time. */
  readonly className: string;
  /** Name of the source file when the dump recorded it. */
  readonly file?: string;
}

export interface FieldSourceParams extends SourceScope {
  /** Class that declares the field. */
  readonly className: string;
  readonly field: string;
}

export interface FrameSourceParams extends SourceScope {
  readonly className: string;
  readonly method: string;
  readonly file?: string;
  /** From 1; zero or less when unknown. */
  readonly line?: number;
}

/** One rule of a path map: a path that begins with `from` is looked for below `to`. */
export interface PathRule {
  readonly from: string;
  readonly to: string;
}

export interface NativeSourceParams extends SourceScope {
  /** As the debug information has it, usually absolute on the machine that built the binary. */
  readonly path: string;
  readonly line?: number;
  /** From the setting; the first rule that leads to an existing file wins. */
  readonly pathMap?: readonly PathRule[];
  /** MD5 of the file in lower-case hex, when the debug information carries it (DWARF 5). */
  readonly md5?: string;
  /** When the binary was written, in milliseconds since 1970. */
  readonly binaryModifiedMs?: number;
}

export interface NativeSourceAnswer extends SourceAnswer {
  /** Facts about the best location: it differs from the file that was compiled, it is newer than the binary. */
  readonly warnings: readonly string[];
  /** A rule that would have led there, worth remembering; absent when a given rule did. */
  readonly suggestedRule?: PathRule;
}

/** A field, method or type declared in a source file, by the JVM's names. */
export interface DeclaredName {
  readonly kind: "class" | "field" | "method";
  /** JVM name of the class: the declared one, or the one that declares the member. */
  readonly className: string;
  /** Field or method name (`<init>` for constructors); empty for classes. */
  readonly member: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** From a name in a dump to a line in the workspace, and back. */
export interface SourceRequests {
  "source/class": Call<ClassSourceParams, SourceAnswer>;
  "source/field": Call<FieldSourceParams, SourceAnswer>;
  "source/frame": Call<FrameSourceParams, SourceAnswer>;
  "source/native": Call<NativeSourceParams, NativeSourceAnswer>;
  /** The text of a file in an archive, by the path of a {@link SourceLocation}. */
  "source/text": Call<{ readonly path: string }, { readonly text: string }>;
  /** What a file declares; `text` is what an editor shows when it differs from the disk. */
  "source/declarations": Call<
    { readonly path: string; readonly text?: string },
    { readonly declared: readonly DeclaredName[] }
  >;
}
