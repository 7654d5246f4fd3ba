import type { InspectResult } from "../../../analyzer/protocol/heap/inspector";
import type { HoldingField, ObjectId, ValueRow } from "../../../analyzer/protocol/heap/objects";
import type { Page } from "../../../analyzer/protocol/wire";
import { ask } from "../../ask";

/** What an object consists of, a row each: fields, elements, entries. */
export interface ObjectPart {
  /** The object it is a part of. */
  readonly of: ObjectId;
  /** Among the parts of that object. */
  readonly position: number;
  /** `size`, `[3]`, or the key of a map's entry in words. */
  readonly name: string;
  /** The field or slot it is. */
  readonly heldBy?: HoldingField;
  /** Of an entry of a map. */
  readonly entryKey?: ValueRow;
  /** Absent for a row that only stands for others. */
  readonly value?: ValueRow;
  /** Of such a row: the object whose fields are below it. */
  readonly fieldsOf?: ObjectId;
}

/** Objects whose kind is remembered, so that their further pages cost one question each. */
const remembered = 500;

/** Brings the parts of objects in pages: entries of collections as they are meant, everything else as it is stored. */
export class ObjectParts {
  private readonly inspected = new Map<ObjectId, Promise<InspectResult>>();

  /** @param known what was asked already */
  constructor(known: InspectResult) {
    this.inspected.set(known.object.objectId, Promise.resolve(known));
  }

  async page(
    objectId: ObjectId,
    start: number,
    count: number,
    signal: AbortSignal,
  ): Promise<Page<ObjectPart>> {
    const result = await this.inspect(objectId, signal);
    if (result.collection !== undefined) return this.entries(result, start, count, signal);
    if (result.array !== undefined) return elements(result, start, count, signal);
    return pageOf(fieldParts(result), start, count);
  }

  async fields(
    objectId: ObjectId,
    start: number,
    count: number,
    signal: AbortSignal,
  ): Promise<Page<ObjectPart>> {
    return pageOf(fieldParts(await this.inspect(objectId, signal)), start, count);
  }

  /** Its own fields tell how a collection works, not what is in it: they are behind the first row. */
  private async entries(result: InspectResult, start: number, count: number, signal: AbortSignal) {
    const { objectId } = result.object;
    const first = start === 0 ? 1 : 0;
    const params = { objectId, start: start + first - 1, count: count - first };
    const { rows, total, moreToCome } = await ask("heap/entries", params, signal);
    // One without a counter is longer than what was walked: the next page tells by how much. One that is damaged may
    // end before its counter.
    const isEnd = !moreToCome && rows.length < params.count;
    const known = isEnd
      ? params.start + rows.length
      : total + (moreToCome && total <= params.start + rows.length ? 1 : 0);
    const parts = rows.map(
      ({ position, key, value }): ObjectPart => ({
        of: objectId,
        position: position + 1,
        name: key === undefined ? `[${position}]` : (key.object?.label ?? key.text),
        ...(key === undefined ? {} : { entryKey: key }),
        value,
      }),
    );
    const own: ObjectPart = { of: objectId, position: 0, name: "its own fields", fieldsOf: objectId };
    const page = first === 1 ? [own, ...parts] : parts;
    return { start, end: start + page.length, total: known + 1, rows: page };
  }

  private inspect(objectId: ObjectId, signal: AbortSignal): Promise<InspectResult> {
    const known = this.inspected.get(objectId);
    if (known !== undefined) return known;
    const asked = ask("heap/inspect", { objectId }, signal);
    this.inspected.set(objectId, asked);
    asked.catch(() => this.inspected.delete(objectId));
    if (this.inspected.size > remembered) this.inspected.delete(this.inspected.keys().next().value!);
    return asked;
  }
}

async function elements(
  { object, array }: InspectResult,
  start: number,
  count: number,
  signal: AbortSignal,
): Promise<Page<ObjectPart>> {
  const { objectId, className } = object;
  const part = await ask("heap/arrayPart", { objectId, start, count }, signal);
  const rows = part.values.map((value, at): ObjectPart => {
    const name = `[${part.start + at}]`;
    return {
      of: objectId,
      position: part.start + at,
      name,
      heldBy: { className, field: name, static: false },
      value,
    };
  });
  return { start, end: start + rows.length, total: array?.length ?? rows.length, rows };
}

function fieldParts({ object, fields }: InspectResult): ObjectPart[] {
  return fields.map(({ className, name, static: isStatic, value }, position) => ({
    of: object.objectId,
    position,
    name: isStatic ? `static ${name}` : name,
    heldBy: { className, field: name, static: isStatic },
    value,
  }));
}

function pageOf(parts: readonly ObjectPart[], start: number, count: number): Page<ObjectPart> {
  const rows = parts.slice(start, start + count);
  return { start, end: start + rows.length, total: parts.length, rows };
}
