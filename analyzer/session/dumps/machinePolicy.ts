/** How long what is written about dumps stays, and whether openings are written down. */
export interface MachinePolicy {
  /** Days without use after which saved indexes and notes go; undefined for never. */
  readonly retentionDays?: number;
  /** What goes when a dump is closed. */
  readonly atClose: "keep" | "indexes" | "everything";
  readonly auditLog?: AuditLogFile;
}

export interface AuditLogFile {
  readonly file: string;
  /** How dumps are named in it. */
  readonly names: "path" | "hash";
}

/**
 * The policy of this process, from its environment: the editor sets it from the user's settings, administrators for
 * whatever else starts Exhume. What is not understood counts as the stricter choice.
 */
export function machinePolicy(environment: NodeJS.ProcessEnv = process.env): MachinePolicy {
  const days = environment["EXHUME_RETENTION_DAYS"]?.trim() ?? "";
  const atClose = environment["EXHUME_AT_CLOSE"]?.trim() ?? "";
  const file = environment["EXHUME_AUDIT_LOG"] ?? "";
  return {
    ...(days === "" || days === "0" ? {} : { retentionDays: /^\d{1,6}$/.test(days) ? Number(days) : 1 }),
    atClose: atClose === "" || atClose === "keep" ? "keep" : atClose === "indexes" ? "indexes" : "everything",
    ...(file === ""
      ? {}
      : { auditLog: { file, names: environment["EXHUME_AUDIT_NAMES"] === "hash" ? "hash" : "path" } }),
  };
}
