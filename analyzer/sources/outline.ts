import type { SourceLanguage } from "./language";

export type TypeKind =
  | "class"
  | "interface"
  | "enum"
  | "record"
  | "object"
  | "trait"
  | "annotation"
  | "anonymous";

/** A declaration that has a line and, when compiled, a name in the class file. */
export interface MemberDeclaration {
  readonly kind: "field" | "method";
  readonly name: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

export interface TypeDeclaration {
  /** As written; `Companion` for a nameless companion; empty for anonymous classes. */
  readonly name: string;
  readonly kind: TypeKind;
  /** Index of the enclosing type in {@link Outline.types}; -1 at the top of the file. */
  readonly parent: number;
  /** The JVM's name without its package: `Outer$Inner`, `Outer$1Local`, `Outer$2`. Numbers follow the order in the text. */
  readonly binaryName: string;
  /** Kotlin and Scala: the method or property it is declared in, which the compiler puts in the name. */
  readonly inMember?: string;
  readonly isCompanion: boolean;
  readonly line: number;
  readonly column: number;
  readonly members: readonly MemberDeclaration[];
}

/** What one file declares, in the order of the text. */
export interface Outline {
  readonly language: SourceLanguage;
  /** Dotted; empty for the unnamed package. */
  readonly packageName: string;
  readonly types: readonly TypeDeclaration[];
  /** Kotlin and Scala: functions and properties outside any type. */
  readonly fileMembers: readonly MemberDeclaration[];
  /** Kotlin: the class the file members are compiled into when `@file:JvmName` says so. */
  readonly fileClassName?: string;
}

/** The JVM's full name of a declared type. */
export function fullNameOf(outline: Outline, type: TypeDeclaration): string {
  return outline.packageName === "" ? type.binaryName : `${outline.packageName}.${type.binaryName}`;
}

/** Simple name of the class that holds a Kotlin file's own functions and properties. */
export function kotlinFileClassOf(outline: Outline, baseName: string): string {
  if (outline.fileClassName !== undefined) return outline.fileClassName;
  return `${baseName.slice(0, 1).toUpperCase()}${baseName.slice(1).replace(/[^\w$]/g, "_")}Kt`;
}
