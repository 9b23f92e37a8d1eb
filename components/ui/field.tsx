/** A field with its name, a hint below it, and what is wrong with it where something is. */
import { type ComponentProps, useId } from "react";
import styles from "@/components/ui/field.module.css";

type Props = Omit<ComponentProps<"input">, "id"> & {
  readonly label: string;
  /** "bare" has no outline and shows its name as its placeholder: for the head of a list. */
  readonly look?: "plain" | "bare";
  readonly hint?: string;
  /** Names the field, the value and what would do; "" = nothing is wrong. */
  readonly problem?: string;
};

export function Field({ label, look = "plain", hint = "", problem = "", ...rest }: Props) {
  const id = useId();
  const about = [...(hint === "" ? [] : [`${id}-hint`]), ...(problem === "" ? [] : [`${id}-problem`])].join(" ");
  const input = (
    <input
      id={id}
      autoComplete="off"
      spellCheck={false}
      {...(look === "bare" ? { "aria-label": label, placeholder: label } : {})}
      {...(about === "" ? {} : { "aria-describedby": about })}
      {...(problem === "" ? {} : { "aria-invalid": true })}
      {...rest}
    />
  );
  if (look === "bare") return <span className={styles.bare}>{input}</span>;
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {input}
      {hint !== "" && <p id={`${id}-hint`}>{hint}</p>}
      {problem !== "" && (
        <p id={`${id}-problem`} data-problem="true">
          {problem}
        </p>
      )}
    </div>
  );
}
