import { formatBytes, formatExactBytes } from "../format";

/** Bytes in binary units, the exact number on hover. */
export function Size({ bytes }: { readonly bytes: number }) {
  return <span title={formatExactBytes(bytes)}>{formatBytes(bytes)}</span>;
}
