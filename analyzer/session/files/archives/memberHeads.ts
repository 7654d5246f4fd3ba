import { HeadBuffer } from "../headBuffer";
import type { MemberSink, TarMember } from "./tarReader";

/** A file of an archive of which is known what it is. */
export interface ToldMember<Told> {
  readonly name: string;
  readonly told: Told;
}

/** What a file is by its first bytes; undefined for what is not a dump. */
export type TellMember<Told> = (name: string, head: Uint8Array) => Promise<Told | undefined>;

/** Which further dumps an archive has, of those that are only known once all of it was read. */
export interface OtherDumps {
  readonly tell: TellMember<true>;
  readonly found: (names: readonly string[]) => void;
}

/** Enough for every format to be told. */
export const memberHeadBytes = 64 << 10;
/** So many dumps of one archive are told apart. */
const mostTold = 100;

interface MemberHead {
  readonly name: string;
  readonly head: HeadBuffer;
}

/** Gathers the first bytes of files that stream by, and tells what they are between two pieces. */
export class MemberHeads<Told> {
  readonly told: ToldMember<Told>[] = [];
  private readonly complete: MemberHead[] = [];
  private begun: MemberHead | undefined;

  constructor(private readonly tell: TellMember<Told>) {}

  sinkFor({ name, bytes }: TarMember): MemberSink {
    const head = new HeadBuffer(Math.min(bytes, memberHeadBytes));
    this.begun = { name, head };
    return {
      take: (part) => {
        if (head.take(part)) return true;
        this.complete.push({ name, head });
        this.begun = undefined;
        return false;
      },
      done: () => undefined,
    };
  }

  async tellComplete(): Promise<void> {
    for (const { name, head } of this.complete.splice(0)) {
      if (this.told.length >= mostTold) return;
      const told = await this.tell(name, head.bytes);
      if (told !== undefined) this.told.push({ name, told });
    }
  }

  /** With the file that was being read where the archive is cut. */
  async tellRest(): Promise<void> {
    if (this.begun !== undefined) this.complete.push(this.begun);
    this.begun = undefined;
    await this.tellComplete();
  }
}
