"use client";
/** Which environment is looked at: always in sight, a choice where there are several. */
import { Select } from "@/components/ui/select";
import styles from "@/components/ui/select.module.css";

type Props = {
  readonly names: readonly string[];
  /** null = not known yet: all are asked. */
  readonly chosen: string | null;
  readonly onChoose: (name: string | null) => void;
};

export function EnvironmentSelect({ names, chosen, onChoose }: Props) {
  const [only] = names;
  if (only === undefined) return <span className={styles.alone}>no environment</span>;
  if (names.length === 1)
    return (
      <span className={styles.alone}>
        <span className="only-heard">Environment </span>
        {only}
      </span>
    );
  return (
    <Select
      label="Environment"
      value={chosen ?? ""}
      options={[{ value: "", title: "all environments" }, ...names.map((name) => ({ value: name, title: name }))]}
      onChoose={(name) => onChoose(name === "" ? null : name)}
    />
  );
}
