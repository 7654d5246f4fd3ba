import * as v from "valibot";

/**
 * What parameters are made of. A shape says once what a value has to be: its type is inferred from it, and what
 * comes over the wire is checked by it. Everything has an upper limit, so that no message is too large to look at.
 * The messages end the sentence "… has to be".
 */
export type Shape<Value = unknown> = v.GenericSchema<unknown, Value>;

/** The type of the values a shape accepts. */
export type Of<S extends Shape> = Readonly<v.InferOutput<S>>;

export const optional = v.exactOptional;

export function object<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.object(entries, "an object");
}

export function text(longest: number) {
  return v.pipe(v.string("text"), v.maxLength(longest, `at most ${longest} characters long`));
}

/** What somebody types: a filter, an expression, a title. */
export const words = text(10_000);
/** Of a class, field, method or table; class files allow 65,535 bytes. */
export const name = text(65_535);
/** Of a file on the machine the analyzer runs on. */
export const path = v.pipe(text(32_767), v.nonEmpty("a path"), v.excludes("\0", "a path"));

export const flag = v.boolean("true or false");

/** Milliseconds since 1970; those of files have a fraction. */
export const moment = v.pipe(v.number("a number"), v.finite("a number"));

export const integer = v.pipe(v.number("a number"), v.safeInteger("a whole number"));

export function whole(most: number = Number.MAX_SAFE_INTEGER) {
  return v.pipe(integer, v.minValue(0, "at least 0"), v.maxValue(most, `at most ${most}`));
}

/** Bytes, objects, milliseconds: exact to 2^53. */
export const amount = whole();

export function oneOf<const Values extends readonly string[]>(values: Values, what?: string) {
  return v.picklist(values, what ?? `one of ${values.join(", ")}`);
}

export function literal<const Value extends string>(value: Value) {
  return v.literal(value, `"${value}"`);
}

/** Objects of several kinds, told apart by one of their properties. */
export function oneKindOf<const Key extends string, const Kinds extends v.VariantOptions<Key>>(
  key: Key,
  kinds: Kinds,
) {
  return v.variant(key, kinds, `a known ${key}`);
}

export function eitherOf<const Options extends v.UnionOptions>(options: Options, what: string) {
  return v.union(options, what);
}

/** Values by names that are not ours. */
export function mapOf<const S extends v.GenericSchema>(value: S) {
  return v.record(text(32_767), value, "an object");
}

/** Nothing is asked of it here: whoever uses it checks it by another shape. */
export const anything = v.unknown();
export const nothing = v.null("null");

export function list<const S extends Shape>(item: S, most = 10_000) {
  return v.pipe(v.array(item, "a list"), v.maxLength(most, `a list of at most ${most}`), v.readonly());
}

/** Which part of a list is wanted, in the parameters of whatever answers with a page. */
export const page = { start: amount, count: whole(100_000) };

export function sortBy<const Columns extends readonly string[]>(columns: Columns) {
  return object({ column: oneOf(columns), descending: flag });
}

export type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  /** What is wrong, as a part of a sentence: `sort.column is missing`. */
  | { readonly ok: false; readonly what: string };

/** The value as its shape has it, without what the shape does not name. */
export function checkShape<S extends Shape>(shape: S, value: unknown): Checked<v.InferOutput<S>> {
  const { success, output, issues } = v.safeParse(shape, value, { abortEarly: true });
  return success ? { ok: true, value: output } : { ok: false, what: describe(issues[0]) };
}

function describe({ path: steps, message, received }: v.BaseIssue<unknown>): string {
  const place = (steps ?? []).map(({ key }) => stepText(key)).join(".");
  const what = place === "" ? "what was sent" : place;
  return received === "undefined" ? `${what} is missing` : `${what} has to be ${message}`;
}

/** Names of ours and positions; keys of maps are foreign. */
function stepText(key: unknown): string {
  const text = String(key);
  return /^\w{1,64}$/.test(text) ? text : "…";
}
