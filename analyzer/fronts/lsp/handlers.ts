import type { Method, ParamsOf, ResultOf } from "../../protocol/requests";

/** One handler for each of these requests; `signal` fires when the client gives a request up. */
export type Handlers<Methods extends Method> = {
  readonly [M in Methods]: (params: ParamsOf<M>, signal: AbortSignal) => Promise<ResultOf<M>>;
};
