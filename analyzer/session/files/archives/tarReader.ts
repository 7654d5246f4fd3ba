import { HeadBuffer } from "../headBuffer";
import { paxRecords, type TarHeader, tarBlockBytes, tarHeaderOf, tarNumber, tarText } from "./tarHeader";

/** What takes the contents of one file. */
export interface MemberSink {
  /** @returns whether it wants more: otherwise the rest is passed over */
  take(bytes: Uint8Array): boolean;
  /** All of it has come, if it wanted all. */
  done(): void;
}

export interface TarMember {
  readonly name: string;
  readonly bytes: number;
  /** Why its contents are not what the file was; undefined for others. */
  readonly notRead: string | undefined;
}

type State = "header" | "contents" | "sparseMap" | "end";
interface Extent {
  readonly offset: number;
  readonly bytes: number;
}

/** Names and extended headers longer than this are passed over. */
const mostExtraBytes = 1 << 20;
const longestName = 4096;
const mostExtents = 1 << 20;
const zeros = new Uint8Array(256 << 10);

/** Reads a tar archive from bytes that come piece by piece. A damaged header costs what stands before the next one. */
export class TarReader {
  private state: State = "header";
  private readonly block = new Uint8Array(tarBlockBytes);
  private filled = 0;
  private left = 0;
  private padding = 0;
  private sink: MemberSink | undefined;
  private nextName: string | undefined;
  private next: ReadonlyMap<string, string> = new Map();
  private extents: Extent[] = [];
  private sparse: TarHeader & { readonly realBytes: number } = {
    name: "",
    bytes: 0,
    type: "S",
    realBytes: 0,
  };
  private zeroBlocks = 0;
  /** Something stood where a header should. */
  isDamaged = false;

  /** @param visit is told of each file, and says what takes its contents; without one they are passed over */
  constructor(private readonly visit: (member: TarMember) => MemberSink | undefined) {}

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && this.state !== "end"; ) {
      if (this.left > 0) {
        const part = bytes.subarray(at, at + this.left);
        at += part.length;
        this.left -= part.length;
        if (this.sink?.take(part) === false) this.sink = undefined;
        if (this.left === 0) this.finishMember();
      } else if (this.padding > 0) {
        const skipped = Math.min(this.padding, bytes.length - at);
        this.padding -= skipped;
        at += skipped;
      } else {
        const part = bytes.subarray(at, at + tarBlockBytes - this.filled);
        this.block.set(part, this.filled);
        this.filled += part.length;
        at += part.length;
        if (this.filled < tarBlockBytes) return;
        this.filled = 0;
        if (this.state === "sparseMap") this.takeSparseMap();
        else this.takeHeader();
      }
    }
  }

  /** Bytes that nobody wants: whoever can goes past them, and calls {@link skip}. */
  get passedOver(): number {
    return this.sink === undefined && this.state !== "end" ? this.left + this.padding : 0;
  }

  skip(): void {
    this.left = 0;
    this.padding = 0;
  }

  get hasEnded(): boolean {
    return this.state === "end";
  }

  /** @throws Error when the archive ends inside a file */
  end(): void {
    if (this.left > 0 || this.filled > 0 || this.state === "sparseMap")
      throw new Error("the archive ends early");
  }

  private takeHeader(): void {
    if (this.block.every((byte) => byte === 0)) {
      if (++this.zeroBlocks === 2) this.state = "end";
      return;
    }
    this.zeroBlocks = 0;
    const header = tarHeaderOf(this.block);
    if (header === undefined) {
      this.isDamaged = true;
      return;
    }
    switch (header.type) {
      case "L":
        this.gather(header, (bytes) => {
          this.nextName = tarText(bytes, 0, bytes.length);
        });
        break;
      case "x":
        this.gather(header, (bytes) => {
          this.next = paxRecords(bytes);
        });
        break;
      case "0":
      case "7":
        this.begin(header);
        break;
      case "S":
        this.beginSparse(header);
        break;
      default:
        // Folders, links and devices have no contents, whatever their size says; unknown ones may.
        this.forget();
        if (!/^[1-6]$/.test(header.type)) this.take(header.bytes, undefined);
    }
  }

  private take(bytes: number, sink: MemberSink | undefined): void {
    this.left = bytes;
    this.padding = (tarBlockBytes - (bytes % tarBlockBytes)) % tarBlockBytes;
    this.sink = sink;
    if (bytes === 0) this.finishMember();
  }

  private finishMember(): void {
    const { sink } = this;
    this.sink = undefined;
    sink?.done();
  }

  private forget(): void {
    this.nextName = undefined;
    this.next = new Map();
  }

  /** Contents that say more about the file that follows. */
  private gather(header: TarHeader, use: (bytes: Uint8Array) => void): void {
    const all = new HeadBuffer(Math.min(header.bytes, mostExtraBytes));
    const gathering: MemberSink = {
      take: (bytes) => {
        all.take(bytes);
        return true;
      },
      done: () => use(all.bytes),
    };
    this.take(header.bytes, header.bytes > mostExtraBytes ? undefined : gathering);
  }

  private begin(header: TarHeader): void {
    const isSparse = this.next.has("GNU.sparse.major") || this.next.has("GNU.sparse.map");
    const stated = Number(this.next.get("size"));
    const bytes =
      this.next.has("size") && Number.isSafeInteger(stated) && stated >= 0 ? stated : header.bytes;
    const member = {
      name: (this.next.get("GNU.sparse.name") ?? this.next.get("path") ?? this.nextName ?? header.name).slice(
        0,
        longestName,
      ),
      bytes,
      notRead: isSparse ? "stored with holes in the pax format" : undefined,
    };
    this.forget();
    this.take(bytes, this.visit(member));
  }

  /** Files with holes, as GNU tar writes them: where their parts lie stands in the header and in blocks behind it. */
  private beginSparse(header: TarHeader): void {
    const realBytes = tarNumber(this.block, 483, 12);
    this.sparse = { ...header, name: this.nextName ?? header.name, realBytes: realBytes ?? header.bytes };
    this.forget();
    this.extents = [];
    this.takeExtents(386, 4);
    if (this.block[482] === 0) this.beginParts();
    else this.state = "sparseMap";
  }

  private takeSparseMap(): void {
    this.takeExtents(0, 21);
    if (this.block[504] !== 0 && this.extents.length < mostExtents) return;
    this.state = "header";
    this.beginParts();
  }

  private takeExtents(start: number, count: number): void {
    for (let k = 0; k < count; k++) {
      const offset = tarNumber(this.block, start + 24 * k, 12);
      const bytes = tarNumber(this.block, start + 24 * k + 12, 12);
      if (offset === undefined || bytes === undefined) return;
      this.extents.push({ offset, bytes });
    }
  }

  private beginParts(): void {
    const { name, bytes, realBytes } = this.sparse;
    const sink = this.visit({ name, bytes: realBytes, notRead: undefined });
    this.take(bytes, sink === undefined ? undefined : withHoles(sink, this.extents, realBytes));
  }
}

/** Puts zeros between the parts of a file. */
function withHoles(sink: MemberSink, extents: readonly Extent[], realBytes: number): MemberSink {
  let position = 0;
  let next = 0;
  let leftInExtent = 0;
  let wantsMore = true;
  const give = (part: Uint8Array) => {
    position += part.length;
    if (wantsMore) wantsMore = sink.take(part);
  };
  const fillTo = (offset: number) => {
    while (position < offset && wantsMore) give(zeros.subarray(0, offset - position));
  };
  return {
    take: (bytes) => {
      for (let at = 0; at < bytes.length; ) {
        while (leftInExtent === 0 && next < extents.length) {
          fillTo(Math.min(extents[next]!.offset, realBytes));
          leftInExtent = extents[next++]!.bytes;
        }
        if (leftInExtent === 0 || !wantsMore) break;
        const part = bytes.subarray(at, at + leftInExtent);
        give(part);
        leftInExtent -= part.length;
        at += part.length;
      }
      return wantsMore;
    },
    done: () => {
      fillTo(realBytes);
      if (wantsMore) sink.done();
    },
  };
}
