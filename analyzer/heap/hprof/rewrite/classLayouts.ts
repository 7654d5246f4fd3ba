import { javaClassName } from "../../../base/javaClassName";
import type { ClassDump } from "../../../formats/hprof/classDump";
import type { DumpOutline } from "../../../formats/hprof/outline";
import { basicTypeBytes, objectType } from "../../../formats/hprof/tags";
import { type IdKey, idKey } from "../../../formats/hprof/window";

export interface FieldPlace {
  readonly className: string;
  readonly name: string;
  readonly type: number;
  /** From the beginning of an instance's data. */
  readonly offset: number;
  readonly bytes: number;
}

export interface ClassLayout {
  readonly dump: ClassDump;
  readonly name: string;
  /** Own fields first, then those of its ancestors: the order of the file. */
  readonly fields: readonly FieldPlace[];
  readonly dataBytes: number;
  /** In the order of `dump.statics`. */
  readonly staticNames: readonly string[];
}

const ancestorsMaximum = 4096;

export function keyOfId(id: bigint): IdKey {
  return idKey(Number(id >> 32n), Number(id & 0xffffffffn));
}

/** How instances of each class are laid out in the file, by the class's id. Of two descriptions the first counts. */
export function classLayouts(
  dumps: readonly ClassDump[],
  outline: DumpOutline,
  idSize: number,
): ReadonlyMap<IdKey, ClassLayout> {
  const byId = new Map<IdKey, ClassDump>();
  for (const dump of dumps) if (!byId.has(keyOfId(dump.id))) byId.set(keyOfId(dump.id), dump);
  const texts = new Map<IdKey, string>();
  const text = (id: IdKey): string => {
    let found = texts.get(id);
    if (found === undefined) {
      found = outline.textOf(id) ?? "";
      texts.set(id, found);
    }
    return found;
  };
  const nameOf = (key: IdKey): string => {
    const nameId = outline.classNameIds.get(key);
    return nameId === undefined ? "" : javaClassName(text(nameId));
  };
  const layouts = new Map<IdKey, ClassLayout>();
  for (const [key, dump] of byId) {
    const fields: FieldPlace[] = [];
    let offset = 0;
    const seen = new Set<ClassDump>();
    for (
      let at: ClassDump | undefined = dump;
      at !== undefined && !seen.has(at) && seen.size < ancestorsMaximum;
      at = byId.get(keyOfId(at.superId))
    ) {
      seen.add(at);
      const className = nameOf(keyOfId(at.id));
      for (const { nameId, type } of at.fields) {
        const bytes = basicTypeBytes(type, idSize);
        fields.push({ className, name: text(keyOfId(nameId)), type, offset, bytes });
        offset += bytes;
      }
    }
    const staticNames = dump.statics.map(({ nameId }) => text(keyOfId(nameId)));
    layouts.set(key, { dump, name: nameOf(key), fields, dataBytes: offset, staticNames });
  }
  return layouts;
}

export function isReference({ type }: FieldPlace): boolean {
  return type === objectType;
}
