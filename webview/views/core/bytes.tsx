import { useEffect, useMemo } from "preact/hooks";
import type { RegionPlace, RegionRow } from "../../../analyzer/protocol/core/regions";
import { ask } from "../../ask";
import { formatBytes } from "../../format";
import { useNavigate } from "../../navigation";
import { useSaved } from "../../state";
import { textColumn } from "../../widgets/columns";
import { DataTable } from "../../widgets/dataTable";
import type { RowSource } from "../../widgets/rowSource";
import { EmptyState } from "../../widgets/states";
import { TextField } from "../../widgets/toolkit";
import { Answered } from "../answered";
import { copyAction } from "../rowActions";
import { useAnswer } from "../useAnswer";
import { useDelayed } from "../useDelayed";
import type { ViewProps } from "../viewProps";
import { type ByteRow, byteRowsOf, bytesInRow } from "./byteRows";
import { Holders } from "./holders";
import { regionActions } from "./regionActions";

/** The bytes of the dead process around an address, and whose they are. What the core lacks is shown as absent. */
export function BytesView({ params }: ViewProps<"bytes">) {
  const [address, setAddress] = useSaved("bytes:address", params.address ?? "");
  useEffect(() => {
    if (params.address !== undefined) setAddress(params.address);
  }, [params, setAddress]);
  const applied = useDelayed(address.trim());
  return (
    <div class="view">
      <div class="toolbar" role="toolbar" aria-label="Bytes">
        <TextField label="Address (0x…)" value={address} onInput={setAddress} />
      </div>
      {/^0x[0-9a-f]{1,16}$/i.test(applied) ? (
        <Place key={applied} address={applied} />
      ) : (
        <EmptyState title="Type an address, or choose “Show Bytes” of a region, a block or a buffer." />
      )}
    </div>
  );
}

function Place({ address }: { readonly address: string }) {
  const place = useAnswer("core/regionAt", { address });
  return (
    <Answered answer={place} waiting="Looking up the address…">
      {(result) =>
        result.region === undefined ? (
          <EmptyState title={`Nothing was mapped at ${address}.`} />
        ) : (
          <>
            <Owner place={result} region={result.region} />
            {result.block !== undefined && <Holders address={result.block.address} />}
            <ByteTable address={address} region={result.region} />
          </>
        )
      }
    </Answered>
  );
}

function Owner({ place, region }: { readonly place: RegionPlace; readonly region: RegionRow }) {
  const navigate = useNavigate();
  const { block } = place;
  return (
    <p class="note memory-head">
      <strong>{region.label}</strong> ({region.category}), <span class="code">{region.start}</span>–
      <span class="code">{region.end}</span>, {formatBytes(region.bytes)}
      {block !== undefined && (
        <>
          {" · in the block at "}
          <span class="code">{block.address}</span>, {formatBytes(block.size)}
          {block.type !== undefined && `, ${block.type}`}
        </>
      )}
      {regionActions(navigate, region)
        .filter(({ id }) => id !== "bytes" && id !== "copyRange")
        .map((action) => (
          <>
            {" · "}
            <button type="button" class="link" onClick={action.run}>
              {action.title}
            </button>
          </>
        ))}
    </p>
  );
}

function ByteTable({ address, region }: { readonly address: string; readonly region: RegionRow }) {
  const source = useMemo(() => byteSource(region), [region]);
  const reveal = useMemo(() => ({ key: rowAddressOf(address) }), [address]);
  return (
    <DataTable
      label="Bytes"
      columns={columns}
      source={source}
      stateKey="bytes"
      initialSort={{ column: "address", descending: false }}
      noun={["row of 16 bytes", "rows of 16 bytes"]}
      reveal={reveal}
      actions={(row) => [
        copyAction("copyAddress", "Copy Address", row.address),
        copyAction("copyBytes", "Copy Bytes", row.hex),
      ]}
    />
  );
}

const columns = [
  textColumn<ByteRow>("address", "Address", (row) => row.address, {
    width: "13em",
    sortable: false,
    render: (row) => <span class="code">{row.address}</span>,
  }),
  textColumn<ByteRow>("hex", "Bytes", (row) => row.hex, {
    width: "34em",
    sortable: false,
    render: (row) => (
      <span class={row.isAbsent ? "code dim" : "code"}>{row.isAbsent ? "not in the core" : row.hex}</span>
    ),
  }),
  textColumn<ByteRow>("text", "Text", (row) => row.text, {
    width: "minmax(13em, 1fr)",
    sortable: false,
    render: (row) => <span class="code">{row.text}</span>,
  }),
];

/** The row an address is in. */
function rowAddressOf(address: string): string {
  const at = BigInt(address);
  return `0x${(at - (at % BigInt(bytesInRow))).toString(16)}`;
}

/** One answer of the analyzer is at most a megabyte. */
const mostRowsAsked = 65_536;

function byteSource(region: RegionRow): RowSource<ByteRow> {
  const first = BigInt(rowAddressOf(region.start));
  const total = Math.ceil(Number(BigInt(region.end) - first) / bytesInRow);
  return {
    keyOf: (row) => row.address,
    locate: (key) => Promise.resolve([Number(BigInt(key) - first) / bytesInRow]),
    page: async ({ start, count }, signal) => {
      const rows = Math.max(0, Math.min(count, mostRowsAsked, total - start));
      const from = first + BigInt(start * bytesInRow);
      const answer = await ask(
        "core/memory",
        { address: `0x${from.toString(16)}`, count: rows * bytesInRow },
        signal,
      );
      return { start, end: start + rows, total, rows: byteRowsOf(from, answer) };
    },
  };
}
