import type { ByteSource } from "../../../base/byteSource";
import { basicTypeBytes, basicTypeName } from "../../../formats/hprof/tags";
import { Window } from "../../../formats/hprof/window";
import type { ClassIndex, ClassTable, FieldValue } from "../../heap";
import type { HeapColumns } from "../index/heapColumns";
import { readValue } from "./fieldValues";

/** The classes of an opened heap; values of statics are read from the file. */
export function openClassTable(columns: HeapColumns, source: ByteSource): ClassTable {
  const { classes, idSize } = columns;
  const window = new Window(source, 1 << 12);
  let byName: Map<string, ClassIndex[]> | undefined;
  const namesOnce = (): Map<string, ClassIndex[]> => {
    if (byName !== undefined) return byName;
    byName = new Map();
    for (let type = 0; type < classes.length; type++) {
      const { name } = classes[type]!;
      const found = byName.get(name);
      if (found === undefined) byName.set(name, [type as ClassIndex]);
      else found.push(type as ClassIndex);
    }
    return byName;
  };
  return {
    count: classes.length,
    nameOf: (type) => classes[type]!.name,
    idOf: (type) => classes[type]!.id,
    superclassOf: (type) => {
      const { superclass } = classes[type]!;
      return superclass < 0 ? undefined : (superclass as ClassIndex);
    },
    loaderIdOf: (type) => classes[type]!.loaderId,
    instanceFieldsOf: (type) => classes[type]!.fields,
    staticFieldsOf: (type) => {
      const values: FieldValue[] = [];
      for (const field of classes[type]!.statics) {
        const code = basicTypeName.indexOf(field.type);
        const index = window.at(field.position, basicTypeBytes(code, idSize));
        if (index < 0) break;
        values.push({
          declaredBy: type,
          name: field.name,
          value: readValue(window.view, index, field.type, idSize),
        });
      }
      return values;
    },
    instanceCountOf: (type) => columns.objectsByClass[type]!,
    shallowBytesOf: (type) => columns.shallowBytesByClass[type]!,
    retainedBytesOf: (type) => columns.dominators?.retainedBytesByType[type],
    findByName: (name) => namesOnce().get(name) ?? [],
    isSubclassOf: (type, ancestor) => {
      for (let at: number = type; at >= 0; at = classes[at]!.superclass) if (at === ancestor) return true;
      return false;
    },
  };
}
