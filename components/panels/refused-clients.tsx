/** To whom refused answers went, as an access log counted them: a small table above the lines. */
import { Receipts } from "@/components/panels/receipt";
import styles from "@/components/panels/refused-clients.module.css";
import { type RefusedTable, refusedTables } from "@/components/panels/refused-rows";
import { brief } from "@/components/ui/harmless";
import { inZone, useZone } from "@/components/ui/zone";
import type { Evidence } from "@/lib/evidence";

export function RefusedClients({ evidence }: { readonly evidence: readonly Evidence[] }) {
  return refusedTables(evidence).map((table) => <Refused key={table.id} table={table} />);
}

const many = (count: number): string => Math.round(count).toLocaleString("en-US");

const percent = (share: number): string => (share < 0.01 ? "< 1 %" : `${Math.round(100 * share)} %`);

function Refused({ table }: { readonly table: RefusedTable }) {
  const { zone, name } = useZone();
  const { answered, of, scope, total, counted, rows, evidence } = table;
  const clock = (at: typeof counted.from): string => inZone(at, zone).clock;
  return (
    <details className={styles.refused} open>
      <summary>
        <b>{answered} by client address</b>{" "}
        <span>
          {many(total)} in {brief(of, 60)}
          {scope === "" ? "" : `, ${scope}`}, {clock(counted.from)} to {clock(counted.to)} {name}
        </span>
      </summary>
      <table aria-label={`Answers with ${answered} by client address`}>
        <tbody>
          {rows.map(({ address, count, share }) => (
            <tr key={address ?? ""}>
              <th scope="row">{address === null ? "all others" : <code>{brief(address, 60)}</code>}</th>
              <td>{many(count)}</td>
              <td>{percent(share)}</td>
              <td aria-hidden="true">
                <i style={{ "--share": `${Math.round(100 * share)}%` }} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Receipts evidence={evidence} />
    </details>
  );
}
