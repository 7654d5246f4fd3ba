/** What the declaration of a message tells about itself; the checking library keeps it with every shape. */
export interface DeclaredShape {
  readonly type: string;
  /** Of objects. */
  readonly entries?: Readonly<Record<string, DeclaredShape>>;
  /** Of what may be left out. */
  readonly wrapped?: DeclaredShape;
  /** Of lists. */
  readonly item?: DeclaredShape;
  /** Of choices: words, or the kinds of an object. */
  readonly options?: readonly (string | DeclaredShape)[];
  readonly literal?: string;
  readonly pipe?: readonly { readonly type: string; readonly requirement?: unknown }[];
}

/** Longer texts and lists are not tried: nothing but time is learned from them. */
const longestTried = 1_100_000;

/** The smallest value the shape accepts. */
export function exampleOf(shape: DeclaredShape): unknown {
  switch (shape.type) {
    case "object":
      return Object.fromEntries(
        Object.entries(shape.entries!)
          .filter(([, entry]) => entry.type !== "exact_optional")
          .map(([key, entry]) => [key, exampleOf(entry)]),
      );
    case "exact_optional":
      return exampleOf(shape.wrapped!);
    case "array":
      return [];
    case "string":
      return "x";
    case "number":
      return 0;
    case "boolean":
      return false;
    case "literal":
      return shape.literal;
    case "picklist":
      return shape.options![0];
    case "record":
      return {};
    case "variant":
    case "union":
      return exampleOf(shape.options![0] as DeclaredShape);
    case "null":
    case "unknown":
      return null;
    default:
      throw new Error(`The test does not know the shape ${shape.type}`);
  }
}

/** Values the shape has to refuse, each with what is wrong with it. */
export function* hostileValues(shape: DeclaredShape): Generator<readonly [string, unknown]> {
  if (shape.type === "exact_optional") return yield* hostileValues(shape.wrapped!);
  if (shape.type === "unknown") return;
  for (const [what, value, type] of foreign) if (!acceptedKinds(shape).includes(type)) yield [what, value];
  for (const { type, requirement } of shape.pipe ?? []) {
    const most = Number(requirement);
    if (type === "max_length" && most < longestTried) {
      const item = shape.type === "array" ? exampleOf(shape.item!) : "";
      yield ["too long", shape.type === "array" ? Array(most + 1).fill(item) : "x".repeat(most + 1)];
    }
    if (type === "min_value") yield ["too small", most - 1];
    if (type === "max_value" && most < Number.MAX_SAFE_INTEGER) yield ["too large", most + 1];
    if (type === "safe_integer") yield* [["a fraction", 0.5] as const, ["huge", 1e300] as const];
    if (type === "excludes") yield ["a forbidden character", `/tmp/${requirement}x`];
  }
  if (shape.type === "picklist") yield* ["", "constructor", "__proto__"].map((name) => [name, name] as const);
  if (shape.type === "array") {
    for (const [what, value] of hostileValues(shape.item!)) yield [`an element: ${what}`, [value]];
  }
  if (shape.type === "object") yield* hostileObjects(shape);
  if (shape.type === "variant") {
    for (const option of shape.options as readonly DeclaredShape[]) yield* hostileObjects(option);
  }
}

function* hostileObjects(shape: DeclaredShape): Generator<readonly [string, unknown]> {
  const example = exampleOf(shape) as Record<string, unknown>;
  for (const [key, entry] of Object.entries(shape.entries!)) {
    const { [key]: _, ...without } = example;
    if (entry.type !== "exact_optional" && entry.type !== "unknown") {
      yield [`no ${key}`, without];
      // JSON gives an object of its own under this name; nothing may be read through it.
      yield [
        `${key} under __proto__`,
        JSON.parse(JSON.stringify({ ...without, p: example }).replace('"p":', '"__proto__":')),
      ];
    }
    for (const [what, value] of hostileValues(entry)) yield [`${key}: ${what}`, { ...example, [key]: value }];
  }
}

function acceptedKinds(shape: DeclaredShape): readonly string[] {
  const { type } = shape;
  if (type === "picklist" || type === "literal") return ["string"];
  if (type === "variant" || type === "record") return ["object", ...(type === "record" ? ["array"] : [])];
  if (type === "union") return (shape.options as readonly DeclaredShape[]).flatMap(acceptedKinds);
  // A list is an object that has none of the properties: the same as an empty one.
  const needsNothing = type === "object" && Object.keys(exampleOf(shape) as object).length === 0;
  return needsNothing ? ["object", "array"] : [type];
}

const foreign: readonly (readonly [what: string, value: unknown, type: string])[] = [
  ["null", null, "null"],
  ["a number", 5, "number"],
  ["true", true, "boolean"],
  ["text", "x", "string"],
  ["a list", ["x"], "array"],
  ["an object", { constructor: 1, toString: "x" }, "object"],
  ["nesting", JSON.parse(`${'{"a":'.repeat(3_000)}1${"}".repeat(3_000)}`), "object"],
];
