"use client";
/** A native select in our clothes: phones and screen readers know what to do with it. */
import styles from "@/components/ui/select.module.css";

type Props = {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly title: string }[];
  readonly onChoose: (value: string) => void;
  readonly quiet?: boolean;
};

export function Select({ label, value, options, onChoose, quiet = false }: Props) {
  return (
    <span className={styles.select} data-quiet={quiet}>
      <select aria-label={label} title={label} value={value} onChange={(event) => onChoose(event.target.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.title}
          </option>
        ))}
      </select>
    </span>
  );
}
