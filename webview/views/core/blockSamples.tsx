import type { BlockSample } from "../../../analyzer/protocol/core/malloc";
import { formatBytes } from "../../format";
import { useNavigate } from "../../navigation";
import { Section } from "../../widgets/section";
import { EmptyState } from "../../widgets/states";
import { Button } from "../../widgets/toolkit";
import { Answered } from "../answered";
import { useAnswer } from "../useAnswer";
import { byteRowsOf } from "./byteRows";
import { HolderName, Holders } from "./holders";

const samplesShown = 4;

export interface BlockSamplesProps {
  /** Of the chunks, with their header. */
  readonly size: number;
  readonly onClose: () => void;
}

/** A few malloc'ed blocks of one size: what they hold, and what points at them. */
export function BlockSamples({ size, onClose }: BlockSamplesProps) {
  const answer = useAnswer("core/sizeClass", { size, count: samplesShown });
  return (
    <Section
      title={`Some blocks of ${formatBytes(size)}`}
      note="Contents and pointers of the first blocks of this size."
      actions={<Button onClick={onClose}>Close</Button>}
    >
      <Answered answer={answer} waiting="Reading blocks, and looking for what points at them…">
        {({ samples }) =>
          samples.length === 0 ? (
            <EmptyState title="No block of this size is left." />
          ) : (
            samples.map((sample) => <Sample key={sample.address} sample={sample} />)
          )
        }
      </Answered>
    </Section>
  );
}

function Sample({ sample }: { readonly sample: BlockSample }) {
  const navigate = useNavigate();
  const toBytes = (address: string) => () => navigate({ view: "bytes", params: { address } });
  const rows = byteRowsOf(BigInt(sample.address), { data: sample.data, absent: [] });
  return (
    <div class="capture">
      <p>
        <button type="button" class="link code" onClick={toBytes(sample.address)}>
          {sample.address}
        </button>
        {sample.type !== undefined && <strong> {sample.type}</strong>}
        {sample.referrers.map((referrer) => (
          <span key={referrer.at}>
            {" · from "}
            <HolderName holder={referrer} />
          </span>
        ))}
      </p>
      <Holders address={sample.address} />
      <code class="byte-rows">{rows.map((row) => `${row.hex}  ${row.text}`).join("\n")}</code>
    </div>
  );
}
