import { formatHex } from "../../base/units";
import { type HolderOfAddress, scanProcess } from "../../core/privacy/scanProcess";
import type { secretRequests } from "../../protocol/privacy/secrets";
import type { CoreContext } from "../core/coreContext";
import { memoryMapOf } from "../core/regionAnswers";
import { regionHolding } from "../core/regionAt";
import type { AnswerTable } from "../room";
import { secretRows } from "./secretRows";

export const coreSecretAnswers: AnswerTable<CoreContext, keyof typeof secretRequests> = {
  "privacy/secrets": {
    lane: "long",
    answer: (context, _params, work) => {
      const holders = (): HolderOfAddress => {
        const { regions, malloc } = memoryMapOf(context, work);
        return (address) => {
          const region = regionHolding(regions, address);
          const holder = region?.label ?? "memory of no region";
          const block = address < 1n << 53n ? malloc.blocks.indexAt(Number(address)) : -1;
          return block < 0 ? { holder } : { holder, field: `block of ${malloc.blocks.sizeOf(block)} bytes` };
        };
      };
      const scan = scanProcess(context.image, holders, work);
      return secretRows(scan, (address) => (address === undefined ? undefined : formatHex(address)));
    },
  },
};
