/**
 * Ready-to-copy templates whose links lead to this console: for Alertmanager, a Prometheus rule, Grafana and Loki. A
 * template writes what it has; `/alert` takes any part of it, in any order. Pure.
 * Sources: Alertmanager's notification template reference and configuration, Prometheus' template reference, Grafana's
 * documentation of message templates, data links and derived fields.
 */

export type Template = {
  readonly id: string;
  readonly title: string;
  /** Where it goes, in a sentence. */
  readonly where: string;
  readonly text: string;
  /** Rendered by the real server in our tests; otherwise only checked against its documentation. */
  readonly run: boolean;
};

export type TemplateInput = {
  /** This console as its readers reach it, without a slash at the end. */
  readonly origin: string;
  /** Written into the links where there are several; null = one. */
  readonly environment: string | null;
};

/** `https://console/alert?environment=eu&`, ready for more. */
const base = ({ origin, environment }: TemplateInput): string =>
  `${origin}/alert?${environment === null ? "" : `environment=${encodeURIComponent(environment)}&`}`;

const pairs = (set: string): string => `{{ range ${set}.SortedPairs }}{{ .Name }}={{ .Value | urlquery }}&{{ end }}`;

/** One alert leads to its firing, of which the start tells which; several to what they have in common. */
export function linkTemplate(input: TemplateInput): string {
  const one = `${pairs(".Labels")}startsAt={{ .StartsAt.UTC.Format "2006-01-02T15:04:05.000Z" }}&fingerprint={{ .Fingerprint }}`;
  return [
    `{{ define "throughline.alert" }}${base(input)}${one}{{ end }}`,
    `{{ define "throughline" }}{{ if eq (len .Alerts) 1 }}{{ template "throughline.alert" (index .Alerts 0) }}` +
      `{{ else }}${base(input)}${pairs(".CommonLabels")}{{ end }}{{ end }}`,
    "",
  ].join("\n");
}

/** The receivers themselves, which need their own secrets and addresses. */
export function receiverTexts({
  origin,
  environment,
}: TemplateInput): Readonly<Record<"slack" | "pagerduty" | "telegram" | "mail" | "warm", string>> {
  return {
    slack: `slack_configs:
  - channel: "#alerts"
    send_resolved: true
    title_link: '{{ template "throughline" . }}'
    actions:
      - type: button
        text: Look into it
        url: '{{ template "throughline" . }}'
`,
    pagerduty: `pagerduty_configs:
  - routing_key_file: /etc/alertmanager/pagerduty-key
    client: Throughline
    client_url: '{{ template "throughline" . }}'
    links:
      - href: '{{ template "throughline" . }}'
        text: Look into it
`,
    telegram: `telegram_configs:
  - bot_token_file: /etc/alertmanager/telegram-token
    chat_id: -1001234567890
    parse_mode: HTML
    message: |-
      {{ template "telegram.default.message" . }}
      <a href="{{ template "throughline" . }}">Look into it</a>
`,
    mail: `email_configs:
  - to: on-call@example.com
    send_resolved: true
    html: |-
      <p><a href="{{ template "throughline" . }}">Look into it</a></p>
      {{ template "email.default.html" . }}
`,
    warm: `webhook_configs:
  - url: ${origin}/api/webhook/alertmanager${environment === null ? "" : `?environment=${encodeURIComponent(environment)}`}
    send_resolved: false
    max_alerts: 100
    http_config:
      authorization:
        credentials_file: /etc/alertmanager/throughline-token
`,
  };
}

export function alertTemplates(input: TemplateInput): readonly Template[] {
  const { origin } = input;
  const receivers = receiverTexts(input);
  const of = (id: string, title: string, where: string, text: string, run: boolean): Template => ({
    ...{ id, title, where, text, run },
  });
  const receiver = "Under the receiver in alertmanager.yml; it uses the link above.";
  return [
    of(
      "link",
      "Alertmanager: the link",
      "A file named under templates: in alertmanager.yml, such as throughline.tmpl. The others use it.",
      linkTemplate(input),
      true,
    ),
    of("slack", "Slack", receiver, receivers.slack, true),
    of("pagerduty", "PagerDuty", receiver, receivers.pagerduty, true),
    of("telegram", "Telegram", receiver, receivers.telegram, true),
    of("mail", "Mail", receiver, receivers.mail, true),
    of(
      "warm",
      "Page ready before it is opened",
      "A second receiver beside the one people read, with the token of webhook.token in this console's configuration. One page a message is made ready, four a minute at most, and kept for ten minutes.",
      receivers.warm,
      true,
    ),
    of(
      "webhook",
      "Webhook",
      "Alertmanager's JSON can be pasted into the box as it is. For a bot, jq makes one link an alert of it.",
      `jq -r '.alerts[] | "${base(input)}" + ([.labels | to_entries[] | "\\(.key)=\\(.value | @uri)"] + ["startsAt=\\(.startsAt | @uri)", "fingerprint=\\(.fingerprint)"] | join("&"))'\n`,
      false,
    ),
    of(
      "rule",
      "Prometheus rule",
      "An annotation of a rule: it reaches every receiver. Without a start it opens the firing of now, else the last one.",
      `annotations:\n  throughline: '${base(input)}alertname=NAME-OF-THE-RULE{{ range $name, $value := $labels }}&{{ $name }}={{ $value | urlquery }}{{ end }}'\n`,
      false,
    ),
    of(
      "grafana-contact",
      "Grafana contact point",
      'A notification template of Grafana; then {{ template "throughline" . }} in the message of a contact point.',
      linkTemplate(input),
      false,
    ),
    of(
      "grafana-link",
      "Grafana data link",
      "URL of a data link on a field that holds a trace id.",
      `${origin}/trace/$\{__value.raw}\n`,
      false,
    ),
    of(
      "loki",
      "Loki derived field",
      "jsonData of a provisioned Loki data source: a trace id in a line leads here. In the form, write one $ instead of two.",
      `jsonData:
  derivedFields:
    - name: Throughline
      matcherRegex: '(?i)trace_?id["=: ]+([0-9a-f]{16,32})'
      url: '${origin}/trace/$$\{__value.raw}'
      urlDisplayLabel: Look into it
`,
      false,
    ),
  ];
}
