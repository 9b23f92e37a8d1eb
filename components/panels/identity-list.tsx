"use client";
/** Which label means which service where, and why it is believed: folded, since it matters when something looks wrong. */
import styles from "@/components/panels/identity-list.module.css";
import type { ServiceTones } from "@/components/service-tones";
import { CopyButton } from "@/components/ui/copy-button";
import { EmptyState } from "@/components/ui/empty-state";
import { Tree, type TreeNode } from "@/components/ui/tree";
import type { Identity } from "@/lib/identity/identity";
import { printMapping } from "@/lib/print-mapping";
import type { Matcher } from "@/lib/signal/labels";
import { serviceKey } from "@/lib/signal/service";

type Props = { readonly identities: readonly Identity[]; readonly tones: ServiceTones };

/** `{job="shop/payment"}`: JSON's escapes are those of PromQL and LogQL strings. */
export const printSelector = (matchers: readonly Matcher[]): string =>
  `{${matchers.map(({ label, op, value }) => `${label}${op}${JSON.stringify(value)}`).join(", ")}}`;

export function IdentityList({ identities, tones }: Props) {
  const services = Map.groupBy(identities, ({ service }) => serviceKey(service));
  return (
    <details className={styles.list} id="identities">
      <summary>
        <h2>Services</h2>
        <span>
          {services.size > 0
            ? `${services.size} found in metrics or logs: what each is called there, and why`
            : "none known yet"}
        </span>
      </summary>
      {identities.length === 0 ? (
        <EmptyState text="A service is named by the spans of the trace, or by the labels of a log line." />
      ) : (
        <>
          <Tree open label="Services" nodes={[...services].map(([key, names]) => branchOf(key, names, tones))} />
          <CopyButton
            text={() => ["mappings:", ...identities.map((each) => `  ${printMapping(each)}`)].join("\n")}
            label="Copy all as configuration"
          />
        </>
      )}
    </details>
  );
}

const branchOf = (key: string, names: readonly Identity[], tones: ServiceTones): TreeNode => ({
  id: key,
  label: <b style={{ color: tones(names[0]?.service.name ?? key) }}>{key}</b>,
  children: names.map((identity) => ({
    id: `${identity.signal} ${identity.upstream} ${printSelector(identity.matchers)}`,
    label: <Name identity={identity} />,
    children: [],
  })),
});

function Name({ identity }: { readonly identity: Identity }) {
  const { upstream, matchers, because, basis, runnerUp } = identity;
  return (
    <>
      <code>{printSelector(matchers)}</code> in {upstream}{" "}
      <CopyButton text={() => printMapping(identity)} label="Copy as mapping" />
      <p className={styles.because}>
        {basis === "configured" ? because : `because ${because}`}
        {runnerUp && (
          <>
            ; else <code>{printSelector(runnerUp.matchers)}</code> ({runnerUp.because}){" "}
            <CopyButton text={() => printMapping({ ...identity, ...runnerUp })} label="Copy this one" />
          </>
        )}
      </p>
    </>
  );
}
