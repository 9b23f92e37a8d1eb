"use client";
import styles from "@/components/panels/identity-list.module.css";
/** Which label means which service where, and why it is believed: folded, since it matters when something looks wrong. */
import type { ServiceTones } from "@/components/service-tones";
import type { Identity } from "@/lib/identity/identity";
import type { Matcher } from "@/lib/signal/labels";
import { serviceKey } from "@/lib/signal/service";

type Props = { readonly identities: readonly Identity[]; readonly tones: ServiceTones };

/** `{job="shop/payment"}`: JSON's escapes are those of PromQL and LogQL strings. */
export const printSelector = (matchers: readonly Matcher[]): string =>
  `{${matchers.map(({ label, op, value }) => `${label}${op}${JSON.stringify(value)}`).join(", ")}}`;

export function IdentityList({ identities, tones }: Props) {
  const services = new Set(identities.map(({ service }) => serviceKey(service)));
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
        <p className={styles.empty}>A service is named by the spans of the trace, or by the labels of a log line.</p>
      ) : (
        <ul>
          {identities.map((identity) => (
            <IdentityRow
              key={`${serviceKey(identity.service)} ${identity.signal} ${identity.upstream}`}
              identity={identity}
              tone={tones(identity.service.name)}
            />
          ))}
        </ul>
      )}
    </details>
  );
}

function IdentityRow({ identity, tone }: { readonly identity: Identity; readonly tone: string }) {
  const { service, upstream, matchers, because, basis, runnerUp } = identity;
  return (
    <li>
      <p>
        <b style={{ color: tone }}>{service.name}</b> = <code>{printSelector(matchers)}</code> in {upstream}
      </p>
      <p className={styles.because}>
        {basis === "configured" ? "configured" : `because ${because}`}
        {runnerUp && (
          <>
            ; else <code>{printSelector(runnerUp.matchers)}</code> ({runnerUp.because})
          </>
        )}
      </p>
    </li>
  );
}
