import { unwatched } from "../../analyzer/base/work";
import type { JavaClassRow } from "../../analyzer/protocol/core/javaHeap";
import type { Page } from "../../analyzer/protocol/wire";
import type { CoreContext } from "../../analyzer/session/core/coreContext";
import { coreRoom } from "../../analyzer/session/core/coreRoom";

/** A question to an opened core, as a session asks it. */
export async function askCore<Result>(context: CoreContext, method: string, params: object): Promise<Result> {
  return (await coreRoom.answers[method]!.answer(context, params as never, unwatched)) as Result;
}

/** Every class with its objects in the heap of a JVM's core: what `exhume classes` says. */
export async function javaClassesOf(context: CoreContext): Promise<readonly JavaClassRow[]> {
  const all = { start: 0, count: 1_000_000 };
  return (await askCore<Page<JavaClassRow>>(context, "core/javaClasses", all)).rows;
}
