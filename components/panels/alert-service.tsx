"use client";
/** Whose alert it is and how that is known; another service can be looked at, and the address keeps it. */
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useId, useState } from "react";
import type { InvestigationState } from "@/components/investigation-state";
import styles from "@/components/panels/alert-service.module.css";
import { Button } from "@/components/ui/button";
import buttons from "@/components/ui/button.module.css";
import { Field } from "@/components/ui/field";
import { brief, harmless } from "@/components/ui/harmless";
import { type Address, printAddress } from "@/lib/address";
import { parseAddressService } from "@/lib/address-service";
import { serviceKey } from "@/lib/signal/service";

type Props = { readonly state: InvestigationState; readonly address: Address };

/** Services to look at instead, the likeliest first; any other is typed. */
const mostOffered = 5;

export function AlertService({ state, address }: Props) {
  const { whose, others, stream } = state;
  // The same environment and window: what is asked again differs in nothing but the service.
  const place = {
    environment: state.environment?.name ?? address.environment,
    window: state.window ?? address.window,
  };
  return (
    <div className={styles.service}>
      <h3>Looks at</h3>
      <p>
        {whose.length === 0 &&
          (stream === "open"
            ? "Whose it is is not known yet."
            : "Neither its labels nor its expression name a service.")}
        {whose.map(({ service, why }, at) => (
          <span key={service}>
            {at > 0 && ", "}
            <b>{brief(service, 80)}</b> ({brief(why, 160)})
          </span>
        ))}{" "}
        {address.service !== null && (
          <Link className={buttons.link} href={printAddress({ ...address, ...place, service: null })} prefetch={false}>
            Take back
          </Link>
        )}
      </p>
      {others !== null && (
        <p className={styles.others}>
          {brief(others.text, 400)}
          {others.services.slice(0, mostOffered).map((name) => (
            <Link key={name} href={printAddress({ ...address, ...place, service: name })} prefetch={false}>
              {brief(name, 80)}
            </Link>
          ))}
        </p>
      )}
      <details>
        <summary>Look at another service</summary>
        <Another state={state} address={{ ...address, ...place }} />
      </details>
    </div>
  );
}

function Another({ state: { identities, others }, address }: Props) {
  const router = useRouter();
  const list = useId();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const look = (): void => {
    const read = parseAddressService(text);
    if (read.ok) router.push(printAddress({ ...address, service: serviceKey(read.service) }));
    else setProblem(`${read.error.replace(/^e/, "E")}.`);
  };
  return (
    <form
      className={styles.another}
      aria-label="Look at another service"
      onSubmit={(event) => {
        event.preventDefault();
        look();
      }}
    >
      <Field
        label="Service"
        list={list}
        value={text}
        onChange={({ target }) => setText(target.value)}
        problem={problem}
      />
      <datalist id={list}>
        {[
          ...new Set([...(others?.services ?? []), ...identities.map(({ service }) => serviceKey(service)).sort()]),
        ].map((name) => (
          <option key={name} value={harmless(name)} />
        ))}
      </datalist>
      <Button type="submit">Look</Button>
    </form>
  );
}
