import { mostElements } from "../values/printers/printer";
import { readInteger } from "../values/readValue";
import type { TypedValue } from "../values/typedValue";
import type { RuleShape } from "./printerRule";
import type { RuleScope } from "./ruleScope";

/** Nodes of trees that lie under each other. */
const deepestTree = 4096;

/** The nodes of a list or tree, or the indexes of filled slots, in order. */
export function nodesOf(
  shape: RuleShape & { kind: "list" | "tree" | "slots" | "chains" },
  scope: RuleScope,
): Iterator<TypedValue> | undefined {
  if (shape.kind === "slots") return slots(shape, scope);
  const until = shape.until === undefined ? 0n : scope.number(shape.until);
  if (until === undefined) return undefined;
  const isEnd = (address: bigint | undefined) => address === undefined || address === 0n || address === until;
  const step = (node: TypedValue, expression: string) => {
    scope.define("$node", node);
    return scope.evaluate(expression);
  };
  if (shape.kind === "chains") return chains(shape, scope, (node) => step(node, shape.next), isEnd);
  const first = scope.evaluate(shape.kind === "list" ? shape.first : shape.root);
  if (first === undefined) return undefined;
  return shape.kind === "list"
    ? list(first, (node) => step(node, shape.next), isEnd)
    : tree(
        first,
        { left: (node) => step(node, shape.left), right: (node) => step(node, shape.right) },
        isEnd,
      );
}

type Step = (node: TypedValue) => TypedValue | undefined;
type IsEnd = (address: bigint | undefined) => boolean;

function addressOf(node: TypedValue | undefined): bigint | undefined {
  const number = node && readInteger(node);
  return typeof number === "bigint" ? number : undefined;
}

function* list(first: TypedValue, next: Step, isEnd: IsEnd): Generator<TypedValue> {
  const seen = new Set<bigint>();
  for (let node: TypedValue | undefined = first; node !== undefined; node = next(node)) {
    const address = addressOf(node);
    if (isEnd(address) || seen.has(address!) || seen.size >= mostElements) return;
    seen.add(address!);
    yield node;
  }
}

/** In order: what is left of a node, itself, what is right of it. */
function* tree(
  root: TypedValue,
  { left, right }: { left: Step; right: Step },
  isEnd: IsEnd,
): Generator<TypedValue> {
  const above: TypedValue[] = [];
  const seen = new Set<bigint>();
  let at: TypedValue | undefined = root;
  for (;;) {
    while (at !== undefined && above.length < deepestTree) {
      const address = addressOf(at);
      if (isEnd(address) || seen.has(address!) || seen.size >= mostElements) break;
      seen.add(address!);
      above.push(at);
      at = left(at);
    }
    const node = above.pop();
    if (node === undefined) return;
    yield node;
    at = right(node);
  }
}

function* slots(shape: RuleShape & { kind: "slots" }, scope: RuleScope): Generator<TypedValue> {
  const capacity = Number(scope.number(shape.capacity) ?? 0n);
  for (let index = 0; index < Math.min(capacity, mostElements); index++) {
    const at = scope.indexValue(index);
    scope.define("$index", at);
    const filled = scope.number(shape.filled);
    if (filled === undefined) return;
    if (filled !== 0n) yield at;
  }
}

/** The lists that begin in the buckets of a hash table. */
function* chains(
  shape: RuleShape & { kind: "chains" },
  scope: RuleScope,
  next: Step,
  isEnd: IsEnd,
): Generator<TypedValue> {
  const buckets = Number(scope.number(shape.buckets) ?? 0n);
  for (let index = 0; index < Math.min(buckets, mostElements); index++) {
    scope.define("$index", scope.indexValue(index));
    const first = scope.evaluate(shape.first);
    if (first === undefined) return;
    yield* list(first, next, isEnd);
  }
}
