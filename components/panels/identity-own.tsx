"use client";
/** What a service is called, in the reader's own words: asked again with it, and kept in the address. */
import { useRouter } from "next/navigation";
import { useId, useState } from "react";
import { type Place, withChoice } from "@/components/panels/identity-choice";
import styles from "@/components/panels/identity-list.module.css";
import { Button } from "@/components/ui/button";
import { useEnvironment } from "@/components/ui/environment";
import { Field } from "@/components/ui/field";
import { harmless } from "@/components/ui/harmless";
import { Select } from "@/components/ui/select";
import { type Address, printAddress } from "@/lib/address";
import type { EnvironmentSetting } from "@/lib/setting";

type Props = {
  readonly address: Address;
  readonly place: Place;
  /** `shop/payment`, as they may be told. */
  readonly services: readonly string[];
};

const signals = [
  { value: "metrics", title: "in metrics" },
  { value: "lines", title: "in logs" },
] as const;

/** Mappings of which no service here has the name: each with its field, as the file has it. */
export function unusedMappings(environment: EnvironmentSetting | null, services: readonly string[]): readonly string[] {
  const names = new Set(services.flatMap((key) => [key, key.slice(key.lastIndexOf("/") + 1)]));
  return (environment?.mappings ?? []).flatMap(({ service, by }, index) =>
    by === "reader" || names.has(service)
      ? []
      : [`${service} (environments.${environment?.name ?? ""}.mappings[${index}])`],
  );
}

export function IdentityOwn({ address, place, services }: Props) {
  const router = useRouter();
  const list = useId();
  const [service, setService] = useState(services[0] ?? "");
  const [signal, setSignal] = useState<"metrics" | "lines">("metrics");
  const [label, setLabel] = useState("");
  const [value, setValue] = useState("");
  const [problem, setProblem] = useState("");
  const unused = unusedMappings(useEnvironment(), services);
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
      {unused.length > 0 && (
        <p className={styles.because}>
          Configured for services of other names than those here, so not used: {harmless(unused.join("; "))}.
        </p>
      )}
    </form>
  );
}
