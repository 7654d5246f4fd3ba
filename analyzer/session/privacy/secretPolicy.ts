import { readFileSync } from "node:fs";
import { ExhumeError } from "../../base/errors";
import { type SecretKind, secretKinds } from "../../base/secrets/secretKinds";
import type { SecretRow } from "../../protocol/privacy/secrets";
import { reasonOf } from "../files/fileSource";

/** Which findings break a build; the schema of `--policy FILE`. */
export interface SecretPolicy {
  readonly fail: readonly SecretKind[];
  /** Findings that are known and do not count: by holder, of one kind or of all. */
  readonly allow: readonly {
    readonly kind?: string;
    readonly holder: string;
    readonly field?: string;
  }[];
}

const longestPolicy = 1 << 20;
const longestShown = 60;

/** @throws ExhumeError `unreadable`; `invalid` naming what is not as the schema says */
export function readSecretPolicy(file: string): SecretPolicy {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new ExhumeError({ code: "unreadable", file, reason: reasonOf(error) });
  }
  return secretPolicyOf(text, file);
}

/** @throws ExhumeError `invalid` */
export function secretPolicyOf(text: string, file: string): SecretPolicy {
  const wrong = (what: string) => new ExhumeError({ code: "invalid", what: `${file}: ${what}` });
  if (text.length > longestPolicy) throw wrong("a policy is at most a megabyte");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw wrong("it is not JSON");
  }
  const { schemaVersion, fail, allow = [] } = (json ?? {}) as Record<string, unknown>;
  if (schemaVersion !== 1) throw wrong("schemaVersion must be 1");
  const kinds: readonly unknown[] = fail === "all" ? secretKinds : Array.isArray(fail) ? fail : [];
  if (kinds.length === 0) throw wrong('fail must be "all" or a list of kinds');
  const unknown = kinds.find((kind) => !(secretKinds as readonly unknown[]).includes(kind));
  if (unknown !== undefined) {
    // As JSON: an object may have a `toString` that is none.
    const shown = JSON.stringify(unknown).slice(0, longestShown);
    throw wrong(`fail knows ${secretKinds.join(", ")}, not ${shown}`);
  }
  const allowed = Array.isArray(allow) ? allow.map(allowedHolder) : [undefined];
  if (!allowed.every((each) => each !== undefined)) {
    throw wrong("allow must be a list of objects with holder, and kind or field as texts");
  }
  return { fail: kinds as SecretKind[], allow: allowed };
}

/** `className` says the same as `holder`, of heap dumps. */
function allowedHolder(each: unknown): SecretPolicy["allow"][number] | undefined {
  if (typeof each !== "object" || each === null) return undefined;
  const { kind, className, holder = className, field } = each as Record<string, unknown>;
  if (typeof holder !== "string") return undefined;
  if (kind !== undefined && typeof kind !== "string") return undefined;
  if (field !== undefined && typeof field !== "string") return undefined;
  return { holder, ...(kind === undefined ? {} : { kind }), ...(field === undefined ? {} : { field }) };
}

/** Rows that the policy does not let pass. */
export function policyBreaks(rows: readonly SecretRow[], { fail, allow }: SecretPolicy): SecretRow[] {
  return rows.filter(
    (row) =>
      (fail as readonly string[]).includes(row.kind) &&
      !allow.some(
        ({ kind, holder, field }) =>
          holder === row.holder &&
          (kind === undefined || kind === row.kind) &&
          (field === undefined || field === row.field),
      ),
  );
}
