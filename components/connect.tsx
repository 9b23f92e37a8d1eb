/** How each upstream is, and the templates that bring a reader from a message or a dashboard to this console. */
import styles from "@/components/connect.module.css";
import { PageHeader } from "@/components/page-header";
import { CopyButton } from "@/components/ui/copy-button";
import { harmless } from "@/components/ui/harmless";
import { Tag } from "@/components/ui/tag";
import type { Template } from "@/lib/alert-templates";

export type UpstreamRow = {
  /** `<environment>/<name>` */
  readonly id: string;
  readonly kind: string;
  readonly state: "no failure" | "failed" | "spared" | "not asked";
  readonly text: string;
};
type Props = {
  readonly upstreams: readonly UpstreamRow[];
  readonly templates: readonly Template[];
  /** Written into the links, as it was taken from the configuration or from the address of this page. */
  readonly origin: string;
  readonly isConfigured: boolean;
  readonly environments: readonly string[];
  readonly chosen: string | null;
};

const tones = { "no failure": "plain", failed: "error", spared: "warning", "not asked": "plain" } as const;

export function Connect({ upstreams, templates, origin, isConfigured, environments, chosen }: Props) {
  return (
    <>
      <PageHeader />
      <main id="main" className={styles.connect}>
        <h1>Connect</h1>
        <section aria-labelledby="upstreams">
          <h2 id="upstreams">Upstreams</h2>
          <p>
            {upstreams.length === 0
              ? "Nothing is configured yet."
              : "By what this console heard of them: “no failure” means that nothing it asked for failed lately."}
          </p>
          <ul className={styles.upstreams}>
            {upstreams.map(({ id, kind, state, text }) => (
              <li key={id}>
                <b>{harmless(id)}</b>
                <span>{kind}</span>
                <Tag tone={tones[state]}>{state}</Tag>
                <span>{harmless(text)}</span>
              </li>
            ))}
          </ul>
        </section>
        <section aria-labelledby="templates">
          <h2 id="templates">Links to this console</h2>
          <p>
            They lead to <code>{origin}</code>,{" "}
            {isConfigured ? (
              <>
                as <code>public_url</code> of the configuration says.
              </>
            ) : (
              <>
                the address of this page. Where messages are read elsewhere, set <code>public_url</code>.
              </>
            )}
          </p>
          {environments.length > 1 && (
            <nav aria-label="Environment of the links">
              {[null, ...environments].map((name) => (
                <a
                  key={name ?? ""}
                  href={name === null ? "/connect" : `/connect?environment=${encodeURIComponent(name)}`}
                  {...(name === chosen ? { "aria-current": "true" as const } : {})}
                >
                  {name === null ? "any environment" : harmless(name)}
                </a>
              ))}
            </nav>
          )}
          {templates.map((template) => (
            <article key={template.id} aria-labelledby={template.id} className={styles.template}>
              <header>
                <h3 id={template.id}>{template.title}</h3>
                {!template.run && <Tag>not run, checked against the documentation</Tag>}
                <CopyButton text={template.text} label="Copy" look="button" />
              </header>
              <p>{template.where}</p>
              <pre>{template.text}</pre>
            </article>
          ))}
        </section>
      </main>
    </>
  );
}
