import type { ObjectEntries } from "valibot";
import { type Of, object, type Shape } from "./shapes";

/**
 * One request: the shape of its parameters, which is checked where they arrive, and the type of its result, which
 * needs no check because the analyzer makes it.
 */
export interface Request<Params extends Shape = Shape, Result = unknown> {
  readonly params: Params;
  /** Never there: carries the type. */
  readonly result?: Result;
}

/** `call(place).gives<boolean>()` */
export function call<const Params extends Shape>(params: Params) {
  return { gives: <Result>(): Request<Params, Result> => ({ params }) };
}

/** A call whose parameters have names: `request({ path }).gives<DumpIdentity>()` */
export function request<const Entries extends ObjectEntries>(entries: Entries) {
  return call(object(entries));
}

export type ParamsIn<R> = R extends Request<infer Params, unknown> ? Of<Params> : never;
export type ResultIn<R> = R extends Request<Shape, infer Result> ? Result : never;
