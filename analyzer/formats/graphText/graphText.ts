import type { ByteSource } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";
import type { Work } from "../../base/work";

/** What a graph text begins with. */
const header = /^exhume-graph 1[ \t]*(?:\r?\n|$)/;

export function isGraphText(head: Uint8Array): boolean {
  return header.test(new TextDecoder("latin1").decode(head.subarray(0, 64)));
}

export interface TextNode {
  readonly id: bigint;
  readonly type: string;
  readonly bytes: number;
  readonly label: string | undefined;
}

/** `from` and `to` are positions among the nodes. */
export interface TextEdge {
  readonly from: number;
  readonly to: number;
  readonly name: string | undefined;
  readonly weak: boolean;
}

export interface GraphText {
  readonly nodes: readonly TextNode[];
  readonly edges: readonly TextEdge[];
  readonly roots: readonly { readonly node: number; readonly kind: string }[];
}

/** A text is for what a person or a small program writes by hand: bigger graphs have formats of their own. */
const mostBytes = 32 << 20;

/**
 * Reads a graph written as text, so that a heap of any runtime can be looked at: lines of words, `#` begins a comment.
 *
 *     exhume-graph 1
 *     node ID TYPE BYTES [LABEL…]
 *     edge FROM TO [NAME]
 *     weak FROM TO [NAME]
 *     root ID [KIND…]
 *
 * Ids are whole numbers from 1, decimal or `0x…`. Nodes may come after what names them.
 * @throws ExhumeError `damaged` with the offset of the line
 */
export function readGraphText(source: ByteSource, work: Work): GraphText {
  if (source.byteLength > mostBytes) {
    throw new ExhumeError({
      code: "unsupported",
      file: source.name,
      what: "a graph text of more than 32 MiB",
    });
  }
  const nodes: TextNode[] = [];
  const positions = new Map<bigint, number>();
  const links: { readonly from: bigint; readonly to: bigint; readonly line: Line }[] = [];
  const rootLines: { readonly id: bigint; readonly line: Line }[] = [];
  const fail = (what: string, offset: number): never => {
    throw new ExhumeError({ code: "damaged", file: source.name, what, offset });
  };
  for (const line of linesOf(source, work)) {
    const { words, offset } = line;
    const id = (at: number): bigint =>
      idOf(words[at]) ?? fail(`${words[0]} needs an id as word ${at}`, offset);
    switch (words[0]) {
      case "exhume-graph":
        break;
      case "node": {
        const own = id(1);
        const type = words[2] ?? fail("node needs a type as word 2", offset);
        const bytes = /^\d{1,15}$/.test(words[3] ?? "")
          ? Number(words[3])
          : fail("node needs its bytes as word 3", offset);
        if (positions.has(own)) fail(`there are two nodes ${own}`, offset);
        positions.set(own, nodes.length);
        const label = words.length > 4 ? words.slice(4).join(" ") : undefined;
        nodes.push({ id: own, type, bytes, label });
        break;
      }
      case "edge":
      case "weak":
        links.push({ from: id(1), to: id(2), line });
        break;
      case "root":
        rootLines.push({ id: id(1), line });
        break;
      default:
        fail("a line begins with node, edge, weak or root", offset);
    }
  }
  const positionOf = (id: bigint, offset: number): number =>
    positions.get(id) ?? fail(`there is no node ${id}`, offset);
  return {
    nodes,
    edges: links.map(({ from, to, line: { words, offset } }) => ({
      from: positionOf(from, offset),
      to: positionOf(to, offset),
      name: words.length > 3 ? words.slice(3).join(" ") : undefined,
      weak: words[0] === "weak",
    })),
    roots: rootLines.map(({ id, line: { words, offset } }) => ({
      node: positionOf(id, offset),
      kind: words.length > 2 ? words.slice(2).join(" ") : "root",
    })),
  };
}

interface Line {
  readonly words: readonly string[];
  readonly offset: number;
}

const partBytes = 1 << 20;
const longestLine = 64 * 1024;

function* linesOf(source: ByteSource, work: Work): Generator<Line> {
  const part = new Uint8Array(partBytes);
  const decoder = new TextDecoder();
  let kept = new Uint8Array(0);
  let start = 0;
  for (let position = 0; position < source.byteLength || kept.length > 0; ) {
    work.throwIfCancelled();
    work.report("Reading the graph", position / Math.max(1, source.byteLength));
    const got = source.read(position, part);
    position += got;
    const bytes = new Uint8Array(kept.length + got);
    bytes.set(kept);
    bytes.set(part.subarray(0, got), kept.length);
    let from = 0;
    const isLast = got === 0 || position >= source.byteLength;
    for (;;) {
      let end = bytes.indexOf(0x0a, from);
      if (end < 0 && isLast && from < bytes.length) end = bytes.length;
      if (end < 0) break;
      const text = decoder.decode(bytes.subarray(from, end)).split("#", 1)[0]!.trim();
      if (text !== "") yield { words: text.split(/\s+/), offset: start + from };
      from = end + 1;
    }
    if (isLast) return;
    kept = bytes.slice(from);
    start += from;
    if (kept.length > longestLine) {
      throw new ExhumeError({
        code: "damaged",
        file: source.name,
        what: "a line is too long",
        offset: start,
      });
    }
  }
}

/** Ids fit the 64 bits of an address; 0 is nobody's. */
function idOf(word: string | undefined): bigint | undefined {
  if (word === undefined || !/^(\d{1,20}|0x[0-9a-f]{1,16})$/i.test(word)) return undefined;
  const id = BigInt(word);
  return id === 0n || id >> 64n !== 0n ? undefined : id;
}
