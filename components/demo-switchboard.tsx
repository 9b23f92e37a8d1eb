/** One row a backend: how it is, and the ways to break it. Plain forms: they work before any script has run. */
import styles from "@/components/demo.module.css";

export type SwitchRow = {
  /** `<environment>/<kind>` */
  readonly upstream: string;
  /** As the demo has it; null: it is well. */
  readonly fault: string | null;
};

type Props = {
  readonly rows: readonly SwitchRow[];
  readonly choices: readonly (readonly [fault: string, what: string])[];
  /** Takes `upstream` and `fault`; `none` heals. */
  readonly onSwitch: (form: FormData) => Promise<void>;
};

const nameOf = (upstream: string): string => {
  const kind = upstream.split("/")[1] ?? upstream;
  return kind.charAt(0).toUpperCase() + kind.slice(1);
};

export function DemoSwitchboard({ rows, choices, onSwitch }: Props) {
  const byEnvironment = Map.groupBy(rows, ({ upstream }) => upstream.split("/")[0] ?? "");
  return [...byEnvironment].map(([environment, own]) => (
    <section key={environment} aria-labelledby={`in-${environment}`} className={styles.board}>
      <h2 id={`in-${environment}`}>{environment}</h2>
      <ul>
        {own.map(({ upstream, fault }) => (
          <li key={upstream}>
            <span className={styles.name}>{nameOf(upstream)}</span>
            <span className={styles.state} data-broken={fault !== null}>
              {fault === null ? "well" : (choices.find(([text]) => text === fault)?.[1] ?? fault)}
            </span>
            <form action={onSwitch}>
              <input type="hidden" name="upstream" value={upstream} />
              <button type="submit" name="fault" value={fault === null ? "reset" : "none"}>
                {fault === null ? `Kill ${nameOf(upstream)}` : `Heal ${nameOf(upstream)}`}
              </button>
            </form>
            <form action={onSwitch}>
              <input type="hidden" name="upstream" value={upstream} />
              <select name="fault" aria-label={`What is wrong with ${upstream}`} defaultValue={fault ?? "reset"}>
                {choices.map(([text, what]) => (
                  <option key={text} value={text}>
                    {what}
                  </option>
                ))}
              </select>
              <button type="submit">Set</button>
            </form>
          </li>
        ))}
      </ul>
    </section>
  ));
}
