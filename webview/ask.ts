import type { ParamsOf, Question, ResultOf } from "../analyzer/protocol/requests";
import { callHost } from "./host";

/** Asks the analyzer about this editor's dump. `dump` is filled in by the extension. */
export function ask<M extends Question>(
  method: M,
  params: Omit<ParamsOf<M>, "dump">,
  signal?: AbortSignal,
): Promise<ResultOf<M>> {
  return callHost("ask", { method, params }, signal) as Promise<ResultOf<M>>;
}
