import { workspace } from "vscode";

/** How long what is written about dumps stays. */
export interface Retention {
  /** 0: for ever. */
  readonly days: number;
  readonly atClose: "keep" | "indexes" | "everything";
}

/** The settings are of the machine: no workspace can change them. */
export function retention(): Retention {
  const section = workspace.getConfiguration("exhume.retention");
  return {
    days: Math.max(0, section.get<number>("days", 0)),
    atClose: section.get<Retention["atClose"]>("atClose", "keep"),
  };
}

/** What the analyzer is told of the user's policy. An administrator's, which is there already, is not weakened. */
export function policyEnvironment(environment: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const { days, atClose } = retention();
  const audit = workspace.getConfiguration("exhume.audit");
  const file = audit.get<string>("log", "").trim();
  const own = {
    ...(days > 0 ? { EXHUME_RETENTION_DAYS: String(days) } : {}),
    ...(atClose === "keep" ? {} : { EXHUME_AT_CLOSE: atClose }),
    ...(file === ""
      ? {}
      : { EXHUME_AUDIT_LOG: file, EXHUME_AUDIT_NAMES: audit.get<string>("names", "path") }),
  };
  return Object.fromEntries(Object.entries(own).filter(([name]) => environment[name] === undefined));
}
