import { describeFault, type Fault, faultOf } from "../base/errors";
import type { Problem } from "../base/problems";
import type { WireFault, WireProblem } from "../protocol/wire";

/** A fault as it crosses to a client. */
export function wireFaultOf(thrown: unknown): WireFault {
  return flatten(faultOf(thrown));
}

/** What the log is told of something thrown: where a bug of ours is; undefined for everything foreseen. */
export function logTextOf(thrown: unknown): string | undefined {
  const fault = faultOf(thrown);
  return fault.code === "internal" ? (fault.stack ?? fault.message) : undefined;
}

/** Without the stack of a bug, which only the log is told. */
export function flatten(fault: Fault): WireFault {
  const { code, ...data } = fault;
  return { code, message: describeFault(fault), data: code === "internal" ? {} : data };
}

export function wireProblemOf(problem: Problem): WireProblem {
  const { code, message, losesData, offset } = problem;
  return { code, message, losesData, ...(offset === undefined ? {} : { offset }) };
}
