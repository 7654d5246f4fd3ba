import { useState } from "preact/hooks";
import type { BlockHolder, BlockRow } from "../../../analyzer/protocol/core/malloc";
import { formatBytes } from "../../format";
import { useNavigate } from "../../navigation";
import { Answered } from "../answered";
import { useAnswer } from "../useAnswer";

/** Arrays have thousands. */
const targetsShown = 16;

/** Who keeps a block, step by step up to a variable, stack or register, and which blocks it points at. */
export function Holders({ address }: { readonly address: string }) {
  const [all, setAll] = useState(false);
  const answer = useAnswer("core/holders", { address, all });
  return (
    <Answered answer={answer} waiting="Looking for what holds the block…">
      {({ holders, targets, referrers }) => (
        <>
          <p class="note">
            {holders.length === 0
              ? "Nothing in the dump refers to this block."
              : holders.map((holder, step) => (
                  <span key={holder.at ?? holder.place}>
                    {step === 0 ? "Held by " : " ← "}
                    <HolderName holder={holder} />
                  </span>
                ))}
            {!all && (
              <>
                {" · "}
                <button type="button" class="link" onClick={() => setAll(true)}>
                  Show Everything That Points at It
                </button>
              </>
            )}
          </p>
          {referrers !== undefined && (
            <p class="note">
              {referrers.length === 0
                ? "No word of memory points at it."
                : referrers.map((referrer, index) => (
                    <span key={referrer.at}>
                      {index === 0 ? "Pointed at from " : ", "}
                      <HolderName holder={referrer} />
                    </span>
                  ))}
            </p>
          )}
          {targets.length > 0 && (
            <p class="note">
              {"Holds "}
              {targets.slice(0, targetsShown).map((target, index) => (
                <span key={target.offset}>
                  {index > 0 && ", "}
                  <BlockName block={target} />
                  {` at ${target.offset}`}
                </span>
              ))}
              {targets.length > targetsShown && ", …"}
            </p>
          )}
        </>
      )}
    </Answered>
  );
}

/** A word that points at a block, and whose it is. */
export function HolderName({ holder: { at, place, block } }: { readonly holder: BlockHolder }) {
  return (
    <>
      {at !== undefined && <AddressLink address={at} />}
      {block === undefined ? (
        ` ${place}`
      ) : (
        <>
          {" in "}
          <BlockName block={block} />
        </>
      )}
    </>
  );
}

function BlockName({ block }: { readonly block: BlockRow }) {
  return (
    <>
      <AddressLink address={block.address} />
      {` (${block.type ?? formatBytes(block.size)})`}
    </>
  );
}

function AddressLink({ address }: { readonly address: string }) {
  const navigate = useNavigate();
  return (
    <button type="button" class="link code" onClick={() => navigate({ view: "bytes", params: { address } })}>
      {address}
    </button>
  );
}
