import { BoundedHandles } from "../../base/boundedHandles";
import { ExhumeError } from "../../base/errors";
import { formatHex } from "../../base/units";
import type { ManagedParts, ManagedValue } from "../../core/managed/managedValue";
import type { CoreView } from "../../core/values/coreView";
import { partName, present } from "../../core/values/present";
import type { Children, ValuePart } from "../../core/values/processView";
import { readBytes } from "../../core/values/readValue";
import { isMissing } from "../../core/values/storage";
import type { TypedValue } from "../../core/values/typedValue";
import type { Missing } from "../../formats/dwarf/expressions/missing";
import { byteSizeOf, typeName } from "../../formats/dwarf/types";
import type { CoreValueHandle, CoreVariableRow } from "../../protocol/core/variables";

/** Why a value is missing is looked at in its first bytes. */
const lookedAtBytes = 4096;

/** The parts of a value, as rows. */
interface OpenedValue {
  readonly count: number;
  page(start: number, count: number): CoreVariableRow[];
}

/** The values a client was shown and may open. */
export class ValueHandles {
  private readonly opened = new BoundedHandles<OpenedValue>();

  rowOf(view: CoreView, part: ValuePart, expression: string | undefined): CoreVariableRow {
    const { text, children } = present(part.value, view);
    const missing = missingOf(part.value);
    const { address } = part.value.storage;
    return {
      name: partName(part, view),
      value: text,
      type: typeName(part.value.type),
      ...(children !== undefined &&
        children.count > 0 && {
          parts: {
            handle: this.opened.add(this.openedParts(view, children, expression)),
            count: children.count,
            isIndexed: children.isIndexed,
          },
        }),
      ...(expression !== undefined && { expression }),
      ...(address !== undefined && { address: formatHex(address) }),
      ...(missing !== undefined && { missing: { kind: missing.missing, why: missing.why } }),
    };
  }

  /** A value that a runtime's reader has put into words. */
  managedRowOf(name: string, value: ManagedValue, expression: string | undefined): CoreVariableRow {
    const { text, type, address, missing, parts } = value;
    return {
      name,
      value: text,
      type,
      ...(parts !== undefined &&
        parts.count > 0 && {
          parts: {
            handle: this.opened.add(this.openedManagedParts(parts, expression)),
            count: parts.count,
            isIndexed: parts.isIndexed,
          },
        }),
      ...(expression !== undefined && { expression }),
      ...(address !== undefined && { address: formatHex(address) }),
      ...(missing !== undefined && { missing: { kind: missing.missing, why: missing.why } }),
    };
  }

  /** Values that are shown together under a name that is none of the program's. */
  groupOf(view: CoreView, name: string, children: Children): CoreVariableRow {
    const handle = this.opened.add(this.openedParts(view, children, ""));
    return { name, value: "", type: "", parts: { handle, count: children.count, isIndexed: false } };
  }

  /** @throws ExhumeError `notFound` for handles that were forgotten */
  partsOf(handle: CoreValueHandle, start: number, count: number) {
    const opened = this.opened.get(handle);
    if (opened === undefined)
      throw new ExhumeError({ code: "notFound", what: "this value is no longer open: list it again" });
    const rows = opened.page(start, count);
    return { start, end: start + rows.length, total: opened.count, rows };
  }

  /** @param expression gives the whole */
  private openedParts(view: CoreView, children: Children, expression: string | undefined): OpenedValue {
    return {
      count: children.count,
      page: (start, count) =>
        children.page(start, count).map((part) => this.rowOf(view, part, expressionOf(expression, part))),
    };
  }

  private openedManagedParts(parts: ManagedParts, expression: string | undefined): OpenedValue {
    return {
      count: parts.count,
      page: (start, count) =>
        parts.page(start, count).map(({ name, value, access }) => {
          const reached = expression === undefined || access === undefined ? undefined : expression + access;
          return this.managedRowOf(name, value, reached);
        }),
    };
  }
}

function expressionOf(whole: string | undefined, { name, access }: ValuePart): string | undefined {
  if (whole === undefined) return undefined;
  if (whole === "") return access;
  // Members of a base are members of the whole.
  if (access === undefined) return /^<.*>$/.test(name) ? whole : undefined;
  return access === "*" ? `*(${whole})` : `${/^[*&-]/.test(whole) ? `(${whole})` : whole}${access}`;
}

function missingOf(value: TypedValue): Missing | undefined {
  const size = byteSizeOf(value.type);
  const read =
    value.bits !== undefined || size === undefined
      ? readBytes(value)
      : value.storage.read(0, Math.min(size, lookedAtBytes));
  return isMissing(read) && size !== undefined ? read : undefined;
}
