import { javaClassName } from "../../../base/javaClassName";
import { isJdkClass } from "../../../base/secrets/pseudonyms";
import { matchesName } from "../../../base/secrets/redactionLevel";
import type { DumpOutline } from "../../../formats/hprof/outline";
import type { IdKey } from "../../../formats/hprof/window";
import { type ClassLayout, keyOfId } from "./classLayouts";

/**
 * UTF-8 records that name something of the program, and of each whether something that keeps its name uses it. The
 * others are texts of the JVM's symbol table: constants of the program above all.
 */
export type NameRecords = ReadonlyMap<IdKey, { readonly keepsName: boolean }>;

export function nameRecords(
  layouts: ReadonlyMap<IdKey, ClassLayout>,
  outline: DumpOutline,
  heapNameIds: Iterable<IdKey>,
  keepsClass: (jvmName: string) => boolean,
): NameRecords {
  const names = new Map<IdKey, { keepsName: boolean }>();
  const add = (id: IdKey, keepsName: boolean) => {
    const known = names.get(id);
    if (known === undefined) names.set(id, { keepsName });
    else known.keepsName ||= keepsName;
  };
  const kept = new Map<IdKey, boolean>();
  const keeps = (nameId: IdKey | undefined): boolean => {
    if (nameId === undefined) return false;
    let answer = kept.get(nameId);
    if (answer === undefined) {
      answer = keepsClass(outline.textOf(nameId) ?? "");
      kept.set(nameId, answer);
    }
    return answer;
  };
  for (const nameId of outline.classNameIds.values()) add(nameId, keeps(nameId));
  for (const nameId of outline.classNameIdBySerial.values()) add(nameId, keeps(nameId));
  for (const [key, { dump }] of layouts) {
    const keepsName = keeps(outline.classNameIds.get(key));
    for (const { nameId } of dump.fields) add(keyOfId(nameId), keepsName);
    for (const { nameId } of dump.statics) add(keyOfId(nameId), keepsName);
  }
  for (const { methodId, signatureId, fileId, classSerial } of outline.frames.values()) {
    const keepsName = keeps(outline.classNameIdBySerial.get(classSerial));
    for (const id of [methodId, fileId]) add(id, keepsName);
    // A signature of the JDK's names only types of the JDK.
    add(signatureId, keepsName);
  }
  for (const id of heapNameIds) add(id, true);
  return names;
}

/** Whether the name of a class stays at every level: the JDK's and those that are listed. */
export function keepsClassName(listed: readonly string[]): (jvmName: string) => boolean {
  return (jvmName) =>
    isJdkClass(jvmName) ||
    listed.some((pattern) => matchesName(pattern, javaClassName(jvmName).replace(/(?:\[\])+$/, "")));
}
