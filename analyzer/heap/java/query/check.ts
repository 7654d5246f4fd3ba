import type { ClassIndex, Heap } from "../../heap";
import { ancestryOf } from "../objects/fieldReads";
import type { Expression, Query } from "./ast";
import { queryFault } from "./faults";
import { attributes } from "./functions";
import { classesOfSource, withSubclasses } from "./sources";

/**
 * Looks for names that no object of the source can have, before the first object is read: a misspelt field is an
 * error with its column, not an empty result.
 * @throws ExhumeError `invalid` with the column.
 */
export function checkNames(heap: Heap, query: Query): void {
  const { from } = query;
  if (query.classObjects || (from.source !== "class" && from.source !== "pattern")) return;
  const types = classesOfSource(heap, from);
  if (query.instanceOf && from.source === "class" && types.every((type) => mayBeInterface(heap, type))) {
    const what =
      `No class of this dump extends ${from.name}. If it is an interface: a heap dump does not tell which classes ` +
      "implement one; name an ancestor that is a class (INSTANCEOF java.util.AbstractMap), or classes by a pattern " +
      '("java\\.util\\..*Map")';
    throw queryFault(what, from.at);
  }
  const fields = fieldsOf(heap, types, query.instanceOf);
  const expressions = [
    ...query.select.map(({ expression }) => expression),
    ...(query.where === null ? [] : [query.where]),
    ...query.groupBy,
    ...query.orderBy.map(({ expression }) => expression),
  ];
  const columns = new Set(query.select.map(({ name }) => name));
  for (const expression of expressions) {
    for (const { name, at } of firstNames(expression, query.alias)) {
      if (fields.has(name) || columns.has(name) || Object.hasOwn(attributes, name)) continue;
      throw queryFault(`There is no field ${name}${near(fields, name)}`, at);
    }
  }
}

/** A dump writes interfaces like classes: without fields and objects, and nothing extends them. */
function mayBeInterface({ classes }: Heap, type: ClassIndex): boolean {
  if (classes.instanceCountOf(type) > 0 || classes.instanceFieldsOf(type).length > 0) return false;
  for (let other = 0; other < classes.count; other++) {
    if (classes.superclassOf(other as ClassIndex) === type) return false;
  }
  return !classes.nameOf(type).endsWith("[]");
}

/** Names of the instance fields of the classes, their superclasses, and their subclasses when asked for. */
function fieldsOf(heap: Heap, types: readonly ClassIndex[], subclasses: boolean): Set<string> {
  const names = new Set<string>();
  const all = subclasses ? withSubclasses(heap, types) : new Set(types);
  for (const type of all) {
    for (const ancestor of ancestryOf(heap, type)) {
      for (const { name } of heap.classes.instanceFieldsOf(ancestor)) names.add(name);
    }
  }
  return names;
}

/** The names that are read of the source's own objects: `x.name`, and `name` without an alias. */
function* firstNames(expression: Expression, alias: string | null): Generator<{ name: string; at: number }> {
  const stack: Expression[] = [expression];
  for (let each = stack.pop(); each !== undefined; each = stack.pop()) {
    switch (each.node) {
      case "name":
        if (each.name !== alias && each.name !== "this") yield each;
        break;
      case "field":
        if (each.of.node === "name" && (each.of.name === alias || each.of.name === "this")) yield each;
        else stack.push(each.of);
        break;
      case "attribute":
        if (each.of !== null) stack.push(each.of);
        break;
      case "element":
        stack.push(each.of, each.index);
        break;
      case "range":
        stack.push(each.of, each.first, each.last);
        break;
      case "call":
        if (each.of !== null) stack.push(each.of);
        for (const parameter of each.parameters) stack.push(parameter);
        break;
      case "not":
      case "negative":
      case "instanceof":
      case "implements":
        stack.push(each.operand);
        break;
      case "binary":
        stack.push(each.left, each.right);
        break;
      case "in":
        stack.push(each.operand);
        if (Array.isArray(each.values)) for (const value of each.values) stack.push(value);
        break;
      case "literal":
        break;
    }
  }
}

function near(fields: ReadonlySet<string>, name: string): string {
  const wanted = name.toLowerCase();
  const candidates = [...fields].filter(
    (field) => field.toLowerCase().includes(wanted) || wanted.includes(field.toLowerCase()),
  );
  const shown = (candidates.length > 0 ? candidates : [...fields]).slice(0, 8);
  return shown.length === 0 ? "" : `; there are ${shown.join(", ")}`;
}
