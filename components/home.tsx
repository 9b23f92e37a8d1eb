/** The first page: the paste box, what can be pasted, what is connected, what was looked at lately. */

import { AlertList, type FirstAlerts } from "@/components/alert-list";
import { DemoBanner } from "@/components/demo-banner";
import { DemoLeads, type DemoOffers } from "@/components/demo-leads";
import styles from "@/components/home.module.css";
import { RecentLeads } from "@/components/home-recent";
import { LeadBox } from "@/components/lead-box";
import { PageHeader } from "@/components/page-header";
import type { Setting } from "@/lib/setting";

const pasteable = [
  ["A trace id", "32 or 16 hex digits, dashes, decimal, base64"],
  ["A header", "traceparent, b3, uber-trace-id, X-Amzn-Trace-Id"],
  ["A log line", "JSON, logfmt or Spring's [trace-span]"],
  ["A link", "Grafana Explore, Tempo, Jaeger, or one of ours"],
  ["An alert", "its name and labels, a link to it, a chat message or webhook that tells it"],
  ["A service or a deploy", "service:payment, deploy payment 9.2.0"],
  ["Any other id", "an order, a request: the logs are searched for it"],
] as const;

type Props = {
  readonly setting: Setting;
  /** What the demo offers to paste; null where there is no demo. */
  readonly demo: DemoOffers | null;
  /** What a link held and could not be read, and why; null = nothing. */
  readonly pasted?: { readonly text: string; readonly refusal: string } | null;
  /** What fires and what ended lately; null = no upstream tells of alerts. */
  readonly alerts?: FirstAlerts | null;
};

export function Home({ setting, demo, pasted = null, alerts = null }: Props) {
  const connected = setting.environments.some(({ upstreams }) => upstreams.length > 0);
  return (
    <>
      <PageHeader />
      <main id="main" className={styles.home} data-wide={alerts !== null}>
        {demo && <DemoBanner />}
        <h1>One id in, the whole incident on one page.</h1>
        <LeadBox key={pasted?.text} lead="" large pasted={pasted} />
        {demo && !alerts && <DemoLeads {...demo} />}
        {alerts && (
          <div className={styles.looking}>
            <AlertList key={alerts.only} first={alerts} />
            <div className={styles.beside}>
              {demo && <DemoLeads {...demo} />}
              <Recently />
            </div>
          </div>
        )}
        <div className={styles.blocks}>
          <section aria-labelledby="pasteable">
            <h2 id="pasteable">What can be pasted</h2>
            <dl>
              {pasteable.map(([what, how]) => (
                <div key={what}>
                  <dt>{what}</dt>
                  <dd>{how}</dd>
                </div>
              ))}
            </dl>
          </section>
          <section aria-labelledby="connected">
            <h2 id="connected">Connected</h2>
            {connected ? <Connected setting={setting} /> : <HowToConnect />}
            {alerts && (
              <p className={styles.quiet}>
                <a href="/connect">How they are, and links for messages and dashboards</a>
              </p>
            )}
          </section>
          {!alerts && <Recently />}
        </div>
      </main>
    </>
  );
}

function Recently() {
  return (
    <section className={styles.recently} aria-labelledby="recent">
      <h2 id="recent">Recent</h2>
      <RecentLeads />
    </section>
  );
}

/** Names and kinds only: what is behind them stays on the server. */
function Connected({ setting }: { readonly setting: Setting }) {
  return (
    <dl>
      {setting.environments.map(({ name, upstreams }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {upstreams.length === 0
              ? "nothing configured"
              : upstreams
                  .map((upstream) =>
                    upstream.name === upstream.kind ? upstream.kind : `${upstream.name} (${upstream.kind})`,
                  )
                  .join(", ")}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function HowToConnect() {
  return (
    <div className={styles.connect}>
      <p>Nothing is connected yet. To see it at work on a made-up shop with an incident in it:</p>
      <pre>npm run demo</pre>
      <p>On your own backends: let it look at them, and it prints the configuration:</p>
      <pre>npm run connect -- http://prometheus:9090 http://loki:3100 http://tempo:3200</pre>
      <p>
        Save what it prints as <code>throughline.yaml</code> and start again. For the simplest case set{" "}
        <code>THROUGHLINE_PROMETHEUS_URL</code>, <code>…_LOKI_URL</code> and <code>…_TEMPO_URL</code> instead.
      </p>
    </div>
  );
}
