import { expect, test } from "vitest";
import { parse } from "yaml";
import { alertTemplates, linkTemplate, receiverTexts } from "@/lib/alert-templates";

const input = { origin: "https://console.example", environment: null };
const textOf = (id: string, environment: string | null = null): string =>
  alertTemplates({ ...input, environment }).find((each) => each.id === id)?.text ?? "";

test("every template is there once, leads to this console, or uses the link that does", () => {
  const all = alertTemplates(input);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  for (const { id, text } of all) {
    expect(text, id).toMatch(
      /https:\/\/console\.example\/(?:alert\?|trace\/|api\/webhook\/alertmanager)|\{\{ template "throughline" \. \}\}/,
    );
    expect(text, id).toMatch(/\n$/);
  }
});

test("nothing of Grafana or Prometheus is said to have been run", () => {
  expect(alertTemplates(input).flatMap(({ id, run }) => (run ? [id] : []))).toEqual([
    "link",
    "slack",
    "pagerduty",
    "telegram",
    "mail",
    "warm",
  ]);
});

test("an environment is written into every link, escaped", () => {
  expect(linkTemplate({ ...input, environment: "eu & us" })).toContain("/alert?environment=eu%20%26%20us&{{ range");
  expect(textOf("rule", "eu")).toContain("/alert?environment=eu&alertname=");
});

test.each(Object.entries(receiverTexts(input)))("the receiver for %s is YAML with one entry", (_, text) => {
  const [entries, ...rest] = Object.values<unknown>(parse(text));
  expect(entries).toHaveLength(1);
  expect(rest).toEqual([]);
});

test("the annotation and the derived field are YAML, and the dollar of provisioned files is doubled", () => {
  expect(parse(textOf("rule"))).toMatchObject({ annotations: { throughline: expect.stringContaining("urlquery") } });
  const [field] = parse(textOf("loki")).jsonData.derivedFields;
  expect(field.url).toBe("https://console.example/trace/$${__value.raw}");
  expect(textOf("grafana-link")).toBe(`https://console.example/trace/\${__value.raw}\n`);
});

test("the derived field takes an id from lines as loggers write them", () => {
  const [field] = parse(textOf("loki")).jsonData.derivedFields;
  const id = "4bf92f3577b34da6a3ce929d0e0e4736";
  // Go's way to say "whatever the case".
  const pattern = new RegExp(String(field.matcherRegex).replace("(?i)", ""), "i");
  for (const line of [`{"trace_id":"${id}"}`, `traceID=${id} level=info`, `{"traceId": "${id}"}`])
    expect(pattern.exec(line)?.[1], line).toBe(id);
});
