"use client";
/** What a service is called, in the reader's own words: asked again with it, and kept in the address. */
import { useRouter } from "next/navigation";
import { useId, useMemo, useState } from "react";
import { type Place, withChoice } from "@/components/panels/identity-choice";
import styles from "@/components/panels/identity-list.module.css";
import { type Known, unusedWords } from "@/components/panels/unused-mappings";
import { Button } from "@/components/ui/button";
import { useEnvironment } from "@/components/ui/environment";
import { Field } from "@/components/ui/field";
import { harmless } from "@/components/ui/harmless";
import { Select } from "@/components/ui/select";
import { type Address, printAddress } from "@/lib/address";

type Props = {
  readonly address: Address;
  readonly place: Place;
  /** `shop/payment`, as they may be told. */
  readonly services: readonly string[];
  readonly known: Known;
};

const signals = [
  { value: "metrics", title: "in metrics" },
  { value: "lines", title: "in logs" },
] as const;

export function IdentityOwn({ address, place, services, known }: Props) {
  const router = useRouter();
  const list = useId();
  const [service, setService] = useState(services[0] ?? "");
  const [signal, setSignal] = useState<"metrics" | "lines">("metrics");
  const [label, setLabel] = useState("");
  const [value, setValue] = useState("");
  const [problem, setProblem] = useState("");
  const environment = useEnvironment();
  const unused = useMemo(() => unusedWords(environment, known), [environment, known]);
  const choose = (): void => {
    const empty = [service, label, value].some((text) => text.trim() === "");
    const matchers = [{ label: label.trim(), op: "=" as const, value: value.trim() }];
    const next = empty
      ? "Expected a service, a label and its value."
      : withChoice(address, place, { service: service.trim(), signal, matchers, by: "reader" });
    if (typeof next === "string") setProblem(next);
    else router.push(printAddress(next));
  };
  return (
    <form
      className={styles.own}
      aria-label="Name a service yourself"
      onSubmit={(event) => {
        event.preventDefault();
        choose();
      }}
    >
      <p className={styles.because}>
        Called something else? Name it here: all is asked again with it, and the address keeps it.
      </p>
      <Field label="Service" list={list} value={service} onChange={({ target }) => setService(target.value)} />
      <datalist id={list}>
        {services.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Select
        label="Signal"
        value={signal}
        options={signals}
        onChoose={(chosen) => setSignal(chosen === "lines" ? "lines" : "metrics")}
      />
      <Field label="Label" value={label} onChange={({ target }) => setLabel(target.value)} problem={problem} />
      <Field label="Value" value={value} onChange={({ target }) => setValue(target.value)} />
      <Button type="submit">Ask again with it</Button>
      {unused !== "" && (
        <p className={styles.because}>
          Configured for services of other names than those here, so not used: {harmless(unused)}.
        </p>
      )}
    </form>
  );
}
