import type { BlockRow } from "../../../analyzer/protocol/core/malloc";
import { formatBytes } from "../../format";
import { useNavigate } from "../../navigation";
import { Answered } from "../answered";
import { useAnswer } from "../useAnswer";

/** Who keeps a block, step by step up to a variable, stack or register, and which blocks it points at. */
export function Holders({ address }: { readonly address: string }) {
  const answer = useAnswer("core/holders", { address });
  return (
    <Answered answer={answer} waiting="Looking for what holds the block…">
      {({ holders, targets }) => (
        <>
          <p class="note">
            {holders.length === 0
              ? "Nothing in the dump refers to this block."
              : holders.map(({ at, place, block }, step) => (
                  <span key={at ?? place}>
                    {step === 0 ? "Held by " : " ← "}
                    {at !== undefined && <AddressLink address={at} />}
                    {block === undefined ? (
                      ` ${place}`
                    ) : (
                      <>
                        {" in "}
                        <BlockName block={block} />
                      </>
                    )}
                  </span>
                ))}
          </p>
          {targets.length > 0 && (
            <p class="note">
              {"Holds "}
              {targets.map((target, index) => (
                <span key={target.offset}>
                  {index > 0 && ", "}
                  <BlockName block={target} />
                  {` at ${target.offset}`}
                </span>
              ))}
            </p>
          )}
        </>
      )}
    </Answered>
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
