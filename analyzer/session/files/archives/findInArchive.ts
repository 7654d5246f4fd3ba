import type { ByteSource } from "../../../base/byteSource";
import { ExhumeError } from "../../../base/errors";
import type { Work } from "../../../base/work";
import type { Compression } from "../compression";
import { HeadBuffer } from "../headBuffer";
import type { ArchiveForm } from "./archiveForm";
import { MemberHeads, memberHeadBytes, type TellMember, type ToldMember } from "./memberHeads";
import { readTar } from "./readTar";
import { unpackZipMember, whyNotRead } from "./zipContents";
import type { ZipMember } from "./zipFields";
import { listZipMembers } from "./zipMembers";

export interface ArchiveSearch<Told> {
  readonly source: ByteSource;
  readonly form: ArchiveForm;
  readonly compression: Compression;
  /** Only this file, by its name or the end of its path. */
  readonly member: string | undefined;
  /** How far to look: at the beginning, or as far as needed. */
  readonly isWhole: boolean;
  readonly tell: TellMember<Told>;
  /** Whether nothing better can come: a packed tar archive is not read further then. */
  readonly isEnough: (told: Told) => boolean;
  readonly work: Work;
}

export interface ArchiveFindings<Told> {
  readonly told: readonly ToldMember<Told>[];
  /** Why files in it could not be looked into. */
  readonly notRead: readonly string[];
  readonly files: number;
  /** False when there may be more than these. */
  readonly isAll: boolean;
}

/** Of one that was cut short: as many bytes of a packed archive, as many files of others. */
const beginningBytes = 1 << 20;
const mostFiles = { beginning: 100, whole: 10_000 } as const;

/** What dumps an archive has. What it says of itself is believed only as far as its bytes bear it out. */
export function findInArchive<Told>(search: ArchiveSearch<Told>): Promise<ArchiveFindings<Told>> {
  return search.form === "zip" ? findInZip(search) : findInTar(search);
}

/** Whether a file is the one that was asked for. */
export function isNamed(name: string, member: string | undefined): boolean {
  return member === undefined || name === member || name.endsWith(`/${member}`);
}

async function findInZip<Told>(search: ArchiveSearch<Told>): Promise<ArchiveFindings<Told>> {
  const { source, member, isWhole, tell, work } = search;
  const most = isWhole ? mostFiles.whole : mostFiles.beginning;
  const isWanted = (name: string) => isNamed(name, member);
  const { members } = await listZipMembers(source, { most, isWanted });
  const told: ToldMember<Told>[] = [];
  const notRead: string[] = [];
  for (const [index, each] of members.entries()) {
    work.throwIfCancelled();
    work.report(`Looking into ${source.name}`, index / members.length);
    const refusal = whyNotRead(each);
    if (refusal !== undefined) notRead.push(refusal);
    else {
      const found = await tell(each.name, await headOf(source, each));
      if (found !== undefined) told.push({ name: each.name, told: found });
    }
  }
  return { told, notRead, files: members.length, isAll: members.length < most };
}

/** Thrown by ourselves to stop unpacking. */
class HeadIsFull extends Error {}

async function headOf(source: ByteSource, member: ZipMember): Promise<Uint8Array> {
  const head = new HeadBuffer(memberHeadBytes);
  const emit = (part: Uint8Array) => {
    if (!head.take(part)) throw new HeadIsFull();
  };
  try {
    const packedBytes = Math.min(member.packedBytes, beginningBytes);
    await unpackZipMember(source, { ...member, packedBytes }, emit);
  } catch {
    // Full, or damaged: what came out before tells what it is.
  }
  return head.bytes;
}

async function findInTar<Told>(search: ArchiveSearch<Told>): Promise<ArchiveFindings<Told>> {
  const { source, compression, member, isWhole, work } = search;
  const heads = new MemberHeads(search.tell);
  const notRead: string[] = [];
  let files = 0;
  let isAll = false;
  const most = isWhole ? mostFiles.whole : mostFiles.beginning;
  const mayStop = (told: Told) => compression !== "none" && search.isEnough(told);
  try {
    await readTar({
      source,
      compression,
      visit: (each) => {
        files++;
        if (!isNamed(each.name, member)) return undefined;
        if (each.notRead !== undefined) {
          notRead.push(`${each.name} in it is ${each.notRead}; unpack it with tar first`);
          return undefined;
        }
        return heads.sinkFor(each);
      },
      afterPiece: async (fraction) => {
        work.report(`Looking into ${source.name}`, fraction);
        await heads.tellComplete();
        isAll = fraction === 1;
        const isFar = !isWhole && compression !== "none" && fraction * source.byteLength >= beginningBytes;
        return (
          isFar ||
          files >= most ||
          (member !== undefined && heads.told.length > 0) ||
          heads.told.some(({ told }) => mayStop(told))
        );
      },
      work,
    });
  } catch (error) {
    if (error instanceof ExhumeError) throw error;
    // Damaged or cut: what stands before is what there is.
    await heads.tellRest();
  }
  return { told: heads.told, notRead, files, isAll };
}
