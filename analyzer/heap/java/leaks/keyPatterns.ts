/** What the keys of a map look like, from a sample of them. */
export interface KeyPattern {
  /** Keys with their varying parts replaced: `req-#`, `<uuid>`, `<hex>`. */
  readonly pattern: string;
  /** Share of the sample that has this pattern, 0 … 1. */
  readonly share: number;
  /** A few keys as they are. */
  readonly samples: readonly string[];
  /** True when the varying part is of the kind that is new with every request. */
  readonly isUniqueId: boolean;
  /** True when the fixed part names requests, sessions and the like. */
  readonly namesRequests: boolean;
  /** True for network addresses: one for every client that ever came. */
  readonly isAddress: boolean;
}

const addressV4 = /^\/?(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?$/;
/** At least two colons, with more than digits and colons in it, or a gap: not a time of day. */
const addressV6 =
  /^\/?\[?(?=[^:]*:[^:]*:)(?=.*(?:::|[a-f]))[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}\]?(?::\d{1,5})?$/i;

function isAddress(key: string): boolean {
  return key.length <= 60 && (addressV4.test(key) || addressV6.test(key));
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
/** 16 or more hex digits with a letter and a digit among them: a hash, a trace id, a token. */
const hex = /\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{16,}\b/gi;
const token = /\b(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[\w-]{20,}\b/g;
const requestWords =
  /req(uest)?s?\b|sess(ion)?|trace|span|corr(elation)?|\btx|txn|transaction|conn(ection)?|\bjob|\bcall|token|nonce|message-?id|\bmsg|order-?id|visit/i;

/** Characters of a key that are looked at: its shape shows in them. */
const longestKey = 400;
/** Keys of the shape of one kind must be this share of the sample to be called a pattern. */
const leastShare = 0.6;

/** The shape most keys have; undefined when there are no texts or each looks different. */
export function keyPatternOf(keys: readonly string[]): KeyPattern | undefined {
  if (keys.length === 0) return undefined;
  const byPattern = new Map<string, string[]>();
  for (const key of keys) {
    const pattern = isAddress(key) ? "<address>" : generalise(key);
    const known = byPattern.get(pattern);
    if (known === undefined) byPattern.set(pattern, [key]);
    else known.push(key);
  }
  const [pattern, samples] = [...byPattern].reduce((best, each) =>
    each[1].length > best[1].length ? each : best,
  );
  const share = samples.length / keys.length;
  if (share < leastShare || !/[#<]/.test(pattern)) return undefined;
  const fixed = pattern.replace(/<\w+>|#/g, " ");
  return {
    pattern,
    share,
    samples: samples.slice(0, 3),
    isUniqueId: /<(uuid|hex|token)>/.test(pattern),
    namesRequests: requestWords.test(fixed),
    isAddress: pattern === "<address>",
  };
}

/** Replaces what varies: UUIDs, hashes, tokens, numbers. */
export function generalise(key: string): string {
  return key
    .slice(0, longestKey)
    .replace(uuid, "<uuid>")
    .replace(hex, "<hex>")
    .replace(token, "<token>")
    .replace(/\d+/g, "#");
}

/** True for names of fields and classes that speak of requests in flight. */
export function namesRequests(name: string): boolean {
  return /request|session|trace|correlat|in_?flight|pending|context|transaction|conversation|outstanding|call_?id|message_?id|by_?id$/i.test(
    name,
  );
}
