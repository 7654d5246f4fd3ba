import type { ByteSource } from "../../../base/byteSource";
import type { Work } from "../../../base/work";
import type { Compression } from "../compression";
import { MemberHeads, type OtherDumps } from "./memberHeads";
import { readTar, type TarReading } from "./readTar";

export interface TarMemberInputs {
  readonly packed: ByteSource;
  /** Of the archive as a whole. */
  readonly compression: Compression;
  readonly member: string;
  readonly write: (bytes: Uint8Array) => void;
  readonly report: (fraction: number) => void;
  readonly work: Work;
  readonly others: OtherDumps | undefined;
}

/**
 * Unpacks the first file of a name from a tar archive, and reads on to its end: the checksums of what it is packed by
 * stand there, and further dumps may stand before.
 * @throws Error when it is damaged or ends early
 */
export async function unpackTarMember(inputs: TarMemberInputs): Promise<TarReading> {
  const { packed, compression, member, write, report, work, others } = inputs;
  const heads = others === undefined ? undefined : new MemberHeads(others.tell);
  let isFound = false;
  const reading = await readTar({
    source: packed,
    compression,
    work,
    visit: (each) => {
      if (isFound || each.name !== member) return heads?.sinkFor(each);
      isFound = true;
      return {
        take: (bytes) => {
          write(bytes);
          return true;
        },
        done: () => undefined,
      };
    },
    afterPiece: async (fraction) => {
      report(fraction);
      await heads?.tellComplete();
      return false;
    },
  });
  others?.found(heads!.told.map(({ name }) => name));
  return reading;
}
