import { checkShape } from "../analyzer/protocol/shapes";
import {
  type HostCallName,
  type HostParams,
  type HostResult,
  hostCalls,
} from "../analyzer/protocol/view/hostCalls";

/** One handler for every call a webview may make. */
export type HostHandlers<Token> = {
  readonly [Name in HostCallName]: (params: HostParams<Name>, token: Token) => Promise<HostResult<Name>>;
};

/**
 * Answers one call of a webview, whose script may be anybody's: only declared calls with parameters as declared reach
 * a handler.
 * @throws Error with a sentence for others
 */
export async function answerCall<Token>(
  handlers: HostHandlers<Token>,
  name: string,
  params: unknown,
  token: Token,
): Promise<unknown> {
  if (!isCall(name)) throw new Error("A view asked for something that views cannot ask for.");
  const checked = checkShape(hostCalls[name].params, params);
  if (!checked.ok) throw new Error(`A view asked for ${name} in a wrong way: ${checked.what}.`);
  return handlers[name](checked.value as never, token);
}

function isCall(name: string): name is HostCallName {
  return Object.hasOwn(hostCalls, name);
}
