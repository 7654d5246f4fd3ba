import { formatHex } from "../../../base/units";

/** What a thread of Java waits for, as a predicate: the object follows. */
export const javaWaitWords = {
  javaMonitor: "waits to lock the monitor of",
  javaCondition: "waits to be notified by",
  javaLock: "is parked to wait for",
  javaParked: "is parked to wait for",
} as const;

/** `a java.lang.Object (0xfd56f258)` */
export function javaObjectWords(className: string, address: bigint): string {
  return `a ${className} (${formatHex(address)})`;
}
