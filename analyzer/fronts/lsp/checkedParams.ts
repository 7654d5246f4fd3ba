import { ExhumeError } from "../../base/errors";
import { isMethod, type Method, requests } from "../../protocol/requests";
import { checkShape } from "../../protocol/shapes";

/**
 * What a client asked, as the request declares it: nothing else reaches a handler, a session or a worker.
 * @throws ExhumeError `invalid` for requests nobody declared, and for parameters that are not as declared
 */
export function checkedParams(
  method: string,
  params: unknown,
): { readonly method: Method; readonly value: unknown } {
  if (!isMethod(method)) throw unknownRequest(method);
  const checked = checkShape(requests[method].params, params ?? {});
  if (!checked.ok) throw new ExhumeError({ code: "invalid", what: `${method}: ${checked.what}` });
  return { method, value: checked.value };
}

/** The name is foreign: it is told as far as names of ours go. */
export function unknownRequest(method: string): ExhumeError {
  const name = /^[\w/$.-]{1,100}$/.test(method) ? `: ${method}` : "";
  return new ExhumeError({ code: "invalid", what: `This is not a request of Exhume${name}` });
}
