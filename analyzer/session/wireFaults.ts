import { describeFault, type Fault, faultOf } from "../base/errors";
import type { Problem } from "../base/problems";
import type { WireFault, WireProblem } from "../protocol/wire";

/** A fault as it crosses to a client. */
export function wireFaultOf(thrown: unknown): WireFault {
  return flatten(faultOf(thrown));
}

export function flatten(fault: Fault): WireFault {
  const { code, ...data } = fault;
  return { code, message: describeFault(fault), data };
}

export function wireProblemOf(problem: Problem): WireProblem {
  const { code, message, losesData, offset } = problem;
  return { code, message, losesData, ...(offset === undefined ? {} : { offset }) };
}
