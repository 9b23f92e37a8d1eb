/** What the console must be told to use the stack: as variables, and as a configuration file. */

export type StackUrls = {
  readonly prometheus: string;
  readonly loki: string;
  /** null where no running Tempo was given. */
  readonly tempo: string | null;
  readonly jaeger: string;
  readonly alertmanager: string;
  readonly grafana: string;
};

const given = (urls: StackUrls): [kind: string, url: string][] =>
  Object.entries(urls).filter((entry): entry is [string, string] => entry[1] !== null);

export const environmentOf = (urls: StackUrls): Readonly<Record<string, string>> =>
  Object.fromEntries(given(urls).map(([kind, url]) => [`THROUGHLINE_${kind.toUpperCase()}_URL`, url]));

/** The same upstreams, and what only a file can say: where the cluster's events are. */
export const configText = (urls: StackUrls): string => `environments:
  shop:
    upstreams:
${given(urls)
  .map(
    ([kind, url]) =>
      `      - {kind: ${kind}, url: "${url}"${kind === "prometheus" || kind === "jaeger" ? `, public_url: "${url}"` : ""}}`,
  )
  .join("\n")}
    change_streams:
      - {name: kubernetes-events, query: '{job="kube-event-exporter"} | json', kind: event, service_field: name, title_field: message}
    annotation_tags: [deploy, rollback]
`;
