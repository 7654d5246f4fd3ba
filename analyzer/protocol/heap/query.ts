import { dump } from "../dump/open";
import { request } from "../request";
import { amount, flag, optional, page, text } from "../shapes";
import type { Page } from "../wire";
import type { ObjectIdentity } from "./objects";

/** A cell of a query's result. Objects are shown by their label and can be gone to. */
export type QueryCell =
  | null
  | boolean
  | number
  | string
  | (ObjectIdentity & { readonly text: string })
  | { readonly list: readonly QueryCell[] };

export interface QueryResultPage
  extends Page<Partial<ObjectIdentity> & { readonly cells: readonly QueryCell[] }> {
  readonly columns: readonly string[];
  /** True when the result was cut at what is kept. */
  readonly cut: boolean;
  /** Whether objects that no reference of any kind reaches count; absent where strong references reach all. */
  readonly unreachable?: "included" | "leftOut";
}

export interface CompletionRow {
  readonly text: string;
  readonly kind: "class" | "field" | "attribute" | "function" | "keyword";
  readonly detail: string;
}

const queryText = text(100_000);

export const queryRequests = {
  "heap/query": request({
    dump,
    ...page,
    text: queryText,
    reachableOnly: optional(flag),
  }).gives<QueryResultPage>(),
  "heap/completeQuery": request({ dump, text: queryText, offset: amount }).gives<{
    readonly from: number;
    readonly items: readonly CompletionRow[];
  }>(),
};
