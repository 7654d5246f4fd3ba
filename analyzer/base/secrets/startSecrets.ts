import { findInText } from "./findInText";
import { isSecretName, isSecretValue, type SecretKind } from "./secretKinds";

interface Found {
  readonly kind: SecretKind;
  readonly value: string;
}

/** Secrets in one variable of an environment: its name tells what stands behind it, to the end. */
export function findInVariable(variable: string, visit: (finding: Found) => void): void {
  const equals = variable.indexOf("=");
  const name = variable.slice(0, Math.max(0, equals));
  const value = variable.slice(equals + 1);
  if (equals > 0 && isSecretName(name) && isSecretValue(value)) visit({ kind: "named-value", value });
  else findInText(variable, visit);
}

/** Secrets in one argument of a command line; `previous` is the one before, which may be the name of an option. */
export function findInArgument(argument: string, previous: string, visit: (finding: Found) => void): void {
  const equals = argument.indexOf("=");
  if (equals > 0 && argument.startsWith("-")) {
    findInVariable(argument.slice(argument.startsWith("-D") ? 2 : 1), visit);
  } else if (
    /^--?\w/.test(previous) &&
    !previous.includes("=") &&
    isSecretName(previous.replace(/^-+/, ""))
  ) {
    if (isSecretValue(argument)) visit({ kind: "named-value", value: argument });
  } else findInText(argument, visit);
}
