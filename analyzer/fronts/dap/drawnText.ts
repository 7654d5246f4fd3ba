import { describeFault, faultOf } from "../../base/errors";
import { asMessage, visibleControls } from "../../base/foreignText";

/**
 * What a client draws. It comes from a dump and may be drawn in a console that obeys escape sequences. Everything else
 * (paths, expressions, references, sources) the client opens or sends back, and so it stays exact.
 */
const drawnLines = new Set(
  "name value type result message label title instruction symbol text exceptionId typeName fullTypeName origin symbolStatus".split(
    " ",
  ),
);
/** The same, in several lines that are our own. */
const drawnTexts = new Set(["output", "description", "stackTrace"]);

/** Body of a response or an event with its drawn texts made visible. */
export function drawn<Body>(body: Body): Body {
  return drawnValue("", body) as Body;
}

function drawnValue(key: string, value: unknown): unknown {
  if (typeof value === "string") {
    if (drawnLines.has(key)) return visibleControls(value);
    return drawnTexts.has(key) ? value.split("\n").map(visibleControls).join("\n") : value;
  }
  if (Array.isArray(value)) return value.map((each) => drawnValue(key, each));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, drawnValue(name, each)]));
}

/** Why a request is refused, as clients show it: as a message, where braces would be variables. */
export function refusalOf(error: unknown): string {
  return asMessage(describeFault(faultOf(error)))
    .replaceAll("{", "(")
    .replaceAll("}", ")");
}
