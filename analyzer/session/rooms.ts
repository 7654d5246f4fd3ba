import type { DumpKind } from "../protocol/dumpRequests";
import { coreRoom } from "./core/coreRoom";
import { heapRoom } from "./heap/heapRoom";
import type { Room } from "./room";
import { textRoom } from "./text/textRoom";

type AnyRoom = Room<unknown, unknown, unknown>;

/** The kinds of dump that can be opened, each with its room. */
const rooms: Readonly<Partial<Record<DumpKind, AnyRoom>>> = {
  heap: heapRoom as AnyRoom,
  core: coreRoom as AnyRoom,
  text: textRoom as AnyRoom,
};

/** @returns undefined for kinds nobody can open. */
export function roomFor(kind: DumpKind): AnyRoom | undefined {
  return rooms[kind];
}
