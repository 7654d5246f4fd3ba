import type { Work } from "../../base/work";
import { FileSource } from "../files/fileSource";
import { identify } from "../identify";
import type { IdentifyTask, PlainIdentity } from "./readMessages";

/** @throws ExhumeError as `identify`, and `unreadable` */
export async function identifyFile({ path, ...options }: IdentifyTask, work: Work): Promise<PlainIdentity> {
  const source = FileSource.open(path);
  try {
    const { dumpFormat, ...identity } = await identify(source, { ...options, work });
    return { ...identity, formatId: dumpFormat?.id, bytes: source.byteLength };
  } finally {
    source.close();
  }
}
