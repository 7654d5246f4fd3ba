import { type ParamsIn, request } from "../request";
import { integer, list, moment, name, type Of, object, optional, path, text, words } from "../shapes";

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

/** Folders to look in instead of the workspace's. */
const longestSource = 64 << 20;
const roots = optional(list(path));

/** One rule of a path map: a path that begins with `from` is looked for below `to`. */
export const pathRule = object({ from: words, to: words });
export type PathRule = Of<typeof pathRule>;

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

/** As Java writes it: `com.example.Outer$Inner`, also arrays and classes made at run time. */
const className = name;
/** Name of the source file when the dump recorded it. */
const file = optional(name);
/** From 1; zero or less when unknown. */
const line = optional(integer);

/** From a name in a dump to a line in the workspace, and back. */
export const sourceRequests = {
  "source/class": request({ roots, className, file }).gives<SourceAnswer>(),
  /** `className` declares the field. */
  "source/field": request({ roots, className, field: name }).gives<SourceAnswer>(),
  "source/frame": request({ roots, className, method: name, file, line }).gives<SourceAnswer>(),
  "source/native": request({
    roots,
    /** As the debug information has it, usually absolute on the machine that built the binary. */
    path: name,
    line,
    /** From the setting; the first rule that leads to an existing file wins. */
    pathMap: optional(list(pathRule)),
    /** MD5 of the file in lower-case hex, when the debug information carries it (DWARF 5). */
    md5: optional(text(64)),
    /** When the binary was written, in milliseconds since 1970. */
    binaryModifiedMs: optional(moment),
  }).gives<NativeSourceAnswer>(),
  /** The text of a file in an archive, by the path of a {@link SourceLocation}. */
  "source/text": request({ path }).gives<{ readonly text: string }>(),
  /** What a file declares; `text` is what an editor shows when it differs from the disk. */
  "source/declarations": request({ path, text: optional(text(longestSource)) }).gives<{
    readonly declared: readonly DeclaredName[];
  }>(),
};
export type ClassSourceParams = ParamsIn<(typeof sourceRequests)["source/class"]>;
export type FieldSourceParams = ParamsIn<(typeof sourceRequests)["source/field"]>;
export type FrameSourceParams = ParamsIn<(typeof sourceRequests)["source/frame"]>;
export type NativeSourceParams = ParamsIn<(typeof sourceRequests)["source/native"]>;
