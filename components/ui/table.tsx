/** Rows and columns. The first cell of a row names it; numbers stand at the right, digits under digits. */
import type { ReactNode } from "react";
import styles from "@/components/ui/table.module.css";

export type Column = { readonly title: string; readonly number?: boolean };
export type TableRow = {
  /** Unique in its table. */
  readonly id: string;
  readonly cells: readonly ReactNode[];
};

type Props = {
  /** What it holds, for a screen reader. */
  readonly label: string;
  /** none = no head is drawn: keys and values explain themselves. */
  readonly columns?: readonly Column[];
  readonly rows: readonly TableRow[];
};

export function Table({ label, columns = [], rows }: Props) {
  const isNumber = (index: number): boolean => columns[index]?.number === true;
  return (
    <table className={styles.table} aria-label={label} data-pairs={columns.length === 0}>
      {columns.length > 0 && (
        <thead>
          <tr>
            {columns.map(({ title }, index) => (
              <th key={title} scope="col" data-number={isNumber(index)}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
      )}
      <tbody>
        {rows.map(({ id, cells: [name, ...rest] }) => (
          <tr key={id}>
            <th scope="row">{name}</th>
            {rest.map((cell, index) => (
              // Cells have no identity but their place.
              <td key={columns[index + 1]?.title ?? index} data-number={isNumber(index + 1)}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
