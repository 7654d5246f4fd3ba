import { dump } from "../dump/open";
import { request } from "../request";
import { amount, integer, page } from "../shapes";
import type { Bytes, Page } from "../wire";
import { address, type HexAddress } from "./process";

export interface CoreMappingRow {
  readonly start: HexAddress;
  readonly end: HexAddress;
  readonly bytes: Bytes;
  /** Of them in the core. */
  readonly dumpedBytes: Bytes;
  /** `r-x` */
  readonly permissions: string;
  /** The mapped file. */
  readonly path?: string;
  readonly fileOffset?: Bytes;
}

export interface CoreInstruction {
  readonly address: HexAddress;
  /** Hex digits in pairs; absent for memory that is not there. */
  readonly bytes?: string;
  readonly text: string;
  /** Function the instruction is in, on its first one and where the function changes. */
  readonly symbol?: string;
  readonly file?: string;
  readonly line?: number;
}

/** What is at addresses of a core. */
export const coreMemoryRequests = {
  "core/mappings": request({ dump, ...page }).gives<Page<CoreMappingRow>>(),
  /** Memory as base64, absent bytes as zeros and listed: they are never to be shown as values. */
  "core/memory": request({ dump, address, count: amount }).gives<{
    readonly data: string;
    readonly absent: readonly { readonly start: HexAddress; readonly end: HexAddress }[];
  }>(),
  /** Instructions from `offset` of them after `address`; always as many as asked for. */
  "core/disassembly": request({ dump, address, offset: integer, count: amount }).gives<{
    readonly instructions: readonly CoreInstruction[];
  }>(),
};
