"use client";
/** Which label means which service where, and why it is believed: folded, since it matters when something looks wrong. */
import dynamic from "next/dynamic";
import Link from "next/link";
import { useState } from "react";
import { type Place, withChoice, withoutChoice } from "@/components/panels/identity-choice";
import styles from "@/components/panels/identity-list.module.css";
import type { Known } from "@/components/panels/unused-mappings";
import type { ServiceTones } from "@/components/service-tones";
import buttons from "@/components/ui/button.module.css";
import { CopyButton } from "@/components/ui/copy-button";
import { EmptyState } from "@/components/ui/empty-state";
import { Tree, type TreeNode } from "@/components/ui/tree";
import { type Address, printAddress } from "@/lib/address";
import { parseAddressMapping } from "@/lib/address-mapping";
import type { Identity } from "@/lib/identity/identity";
import { printMapping } from "@/lib/print-mapping";
import type { Matcher } from "@/lib/signal/labels";
import { serviceKey } from "@/lib/signal/service";

// Few say it themselves, and none before they looked.
const IdentityOwn = dynamic(() => import("@/components/panels/identity-own").then(({ IdentityOwn }) => IdentityOwn));

type Props = {
  readonly state: Known;
  readonly tones: ServiceTones;
  /** What was opened, with the choices it holds. */
  readonly address: Address;
  readonly place: Place;
};

/** `{job="shop/payment"}`: JSON's escapes are those of PromQL and LogQL strings. */
export const printSelector = (matchers: readonly Matcher[]): string =>
  `{${matchers.map(({ label, op, value }) => `${label}${op}${JSON.stringify(value)}`).join(", ")}}`;

const signalWords = { metrics: "metrics", lines: "logs", alerts: "alerts" } as const;

export function IdentityList({ state, tones, address, place }: Props) {
  const { identities } = state;
  const services = Map.groupBy(identities, ({ service }) => serviceKey(service));
  const count = address.mappings.length;
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={styles.list} id="identities" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <h2>Services</h2>
        <span>
          {services.size > 0
            ? `${services.size} found in metrics or logs: what each is called there, and why`
            : "none known yet"}
          {count > 0 && <b>{`; ${count} chosen by you`}</b>}
        </span>
      </summary>
      {count > 0 && <Choices address={address} place={place} />}
      {identities.length === 0 ? (
        <EmptyState text="A service is named by the spans of the trace, or by the labels of a log line." />
      ) : (
        <>
          <Tree
            open
            label="Services"
            nodes={[...services].map(([key, names]) => branchOf(key, names, tones, address, place))}
          />
          <CopyButton
            text={() => ["mappings:", ...identities.map((each) => `  ${printMapping(each)}`)].join("\n")}
            label="Copy all as configuration"
          />
        </>
      )}
      {isOpen && <IdentityOwn address={address} place={place} services={[...services.keys()]} known={state} />}
    </details>
  );
}

/** What the address holds, each with the way back; also what nothing here answers to. */
function Choices({ address, place }: Pick<Props, "address" | "place">) {
  return (
    <ul className={styles.choices} aria-label="Chosen by you">
      {address.mappings.map((text) => {
        const read = parseAddressMapping(text);
        return (
          <li key={text}>
            {read.ok ? (
              <>
                {read.mapping.service} in {signalWords[read.mapping.signal]} is{" "}
                <code>{printSelector(read.mapping.matchers)}</code>, chosen by you and kept in the address{" "}
              </>
            ) : (
              `${text} `
            )}
            <Link
              className={buttons.link}
              href={printAddress(withoutChoice(address, place, text))}
              prefetch={false}
              aria-label={read.ok ? `Take back what ${read.mapping.service} is in ${read.mapping.signal}` : undefined}
            >
              Take back
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

const branchOf = (
  key: string,
  names: readonly Identity[],
  tones: ServiceTones,
  address: Address,
  place: Place,
): TreeNode => ({
  id: key,
  label: <b style={{ color: tones(names[0]?.service.name ?? key) }}>{key}</b>,
  children: names.map((identity) => ({
    id: `${identity.signal} ${identity.upstream} ${printSelector(identity.matchers)}`,
    label: <Name identity={identity} address={address} place={place} />,
    children: [],
  })),
});

function Name({ identity, address, place }: Pick<Props, "address" | "place"> & { readonly identity: Identity }) {
  const { service, signal, upstream, matchers, because, basis, runnerUp } = identity;
  const other =
    runnerUp &&
    withChoice(address, place, { service: serviceKey(service), signal, matchers: runnerUp.matchers, by: "reader" });
  return (
    <>
      <code>{printSelector(matchers)}</code> in {upstream}{" "}
      <CopyButton text={() => printMapping(identity)} label="Copy as mapping" />
      <p className={styles.because}>
        {basis === "inferred" ? `because ${because}` : because}
        {runnerUp && (
          <>
            ; else <code>{printSelector(runnerUp.matchers)}</code> ({runnerUp.because}){" "}
            {other !== null && typeof other !== "string" && (
              <>
                <Link className={buttons.link} href={printAddress(other)} prefetch={false}>
                  Ask again with this one
                </Link>
                {" · "}
              </>
            )}
            <CopyButton text={() => printMapping({ ...identity, ...runnerUp })} label="Copy this one" />
          </>
        )}
      </p>
    </>
  );
}
