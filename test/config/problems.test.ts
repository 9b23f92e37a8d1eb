import fc from "fast-check";
import { expect, test } from "vitest";
import { loadConfig } from "@/lib/config/load";
import { printProblems } from "@/lib/config/problems";
import { disk } from "./files";

const file = "/etc/throughline.yaml";
const load = (yaml: string, variables: Readonly<Record<string, string>> = {}) =>
  loadConfig({ THROUGHLINE_CONFIG: file, ...variables }, disk({ [file]: yaml }), "/");
/** Each problem as `line path value text`. */
const problems = (yaml: string, variables: Readonly<Record<string, string>> = {}): string[] => {
  const loaded = load(yaml, variables);
  return loaded.ok
    ? []
    : loaded.problems.map(({ line, path, value, text }) => [line ?? "-", path, value ?? "-", text].join(" | "));
};
/** One upstream with these lines in it; the first of them stands in line 4. */
const upstream = (...lines: readonly string[]): string =>
  `environments:\n  production:\n    upstreams:\n      - ${lines.join("\n        ")}\n`;
const loki = ["kind: loki", "url: http://loki:3100"];
const at = "environments.production.upstreams[0]";

const table: readonly (readonly [string, string, readonly string[]])[] = [
  [
    "a typo in a key",
    upstream(...loki, "tennants: [a]"),
    [`6 | ${at}.tennants | - | unknown key "tennants", did you mean "tenants"?`],
  ],
  [
    "a typo at the top",
    "enviroments: {}",
    ['1 | enviroments | - | unknown key "enviroments", did you mean "environments"?'],
  ],
  [
    "a key like no other",
    "qqqqqq: 1",
    ['1 | qqqqqq | - | unknown key "qqqqqq"; known are listen, public_url, demo, webhook, environments'],
  ],
  [
    "a typo in a kind",
    upstream("kind: prometeus", "url: http://p:9090"),
    [
      `4 | ${at}.kind | "prometeus" | expected one of prometheus, loki, tempo, jaeger, alertmanager, grafana; did you mean prometheus?`,
    ],
  ],
  [
    "a missing url",
    upstream("kind: loki"),
    [`4 | ${at}.url | - | missing; expected an address such as http://prometheus:9090/prefix`],
  ],
  [
    "a url without scheme",
    upstream("kind: loki", "url: loki:3100"),
    [
      `5 | ${at}.url | "loki:3100" | expected an address such as http://prometheus:9090/prefix, with http:// or https://`,
    ],
  ],
  [
    "a url with a query",
    upstream("kind: loki", "url: http://loki/?key=k"),
    [`5 | ${at}.url | "http://loki/?…" | expected an address without ? and #`],
  ],
  [
    "an odd duration",
    upstream(...loki, "timeout: 10 parsecs"),
    [`6 | ${at}.timeout | "10 parsecs" | expected a duration such as 500ms, 10s or 2m, at most 2m`],
  ],
  [
    "a duration without unit",
    upstream(...loki, "timeout: 10"),
    [`6 | ${at}.timeout | 10 | expected a duration such as 500ms, 10s or 2m, at most 2m`],
  ],
  [
    "a timeout beyond the limit",
    upstream(...loki, "timeout: 3m"),
    [`6 | ${at}.timeout | "3m" | expected a duration such as 500ms, 10s or 2m, at most 2m`],
  ],
  [
    "an odd size",
    upstream(...loki, "max_bytes: 5XB"),
    [`6 | ${at}.max_bytes | "5XB" | expected a size such as 50MB, 50MiB or 5GB`],
  ],
  [
    "a count out of range",
    upstream(...loki, "concurrency: 0"),
    [`6 | ${at}.concurrency | 0 | expected a whole number from 1 to 64`],
  ],
  [
    "a number for a tenant",
    upstream(...loki, "tenants: [7]"),
    [`6 | ${at}.tenants[0] | 7 | expected a tenant id, in quotes`],
  ],
  [
    "two tenants in one",
    upstream(...loki, "tenants: [a|b]"),
    [
      `6 | ${at}.tenants[0] | "a|b" | expected a tenant id: at most 150 letters, digits and !-_.*'(); several are several entries of the list`,
    ],
  ],
  [
    "a text for a list",
    upstream(...loki, "tenants: team-a"),
    [`6 | ${at}.tenants | "team-a" | expected a list of tenant ids`],
  ],
  [
    "a certificate without key",
    upstream("kind: loki", "url: https://loki", 'tls: { cert: "-----BEGIN CERTIFICATE-----" }'),
    [`6 | ${at}.tls | a map | cert and key are needed together`],
  ],
  [
    "two credentials",
    upstream(...loki, "bearer: a", "basic: { username: u, password: p }"),
    [`6 | ${at}.bearer | - | give basic or bearer, not both`],
  ],
  [
    "a header of ours",
    upstream(...loki, "headers: { Host: x }"),
    [`6 | ${at}.headers.Host | - | this header is set by Throughline itself`],
  ],
  [
    "a zone that is none",
    "environments: { a: { zone: Berlin } }",
    ['1 | environments.a.zone | "Berlin" | expected an IANA time zone such as Europe/Berlin or UTC'],
  ],
  [
    "an environment's odd name",
    "environments: { a b: {} }",
    [
      '1 | environments["a b"] | - | expected an environment\'s name of letters, digits, dot, dash and underscore, beginning with a letter or digit',
    ],
  ],
  [
    "a broken selector",
    "environments: { a: { mappings: [{ service: s, signal: metrics, match: '{job=pay}' }] } }",
    [
      '1 | environments.a.mappings[0].match | "{job=pay}" | expected a value in quotes with no unknown escape at character 6',
    ],
  ],
  [
    "an unknown placeholder",
    "environments: { a: { links: [{ title: t, url: 'https://x/{trace}' }] } }",
    [
      '1 | environments.a.links[0].url | "https://x/{trace}" | unknown placeholder {trace}; known are {id}, {service}, {from}, {to}, {line.…}',
    ],
  ],
  [
    "a path behind the public address",
    "public_url: https://x.example/console",
    ['1 | public_url | "https://x.example/console" | expected an address without a path'],
  ],
];

test.each(table)("%s is named with its line, path and what was expected", (_, yaml, expected) => {
  expect(problems(yaml)).toEqual(expected);
});

test("all problems of a file are listed, by line", () => {
  const yaml = `listen: { port: 99999 }
environments:
  production:
    zone: Mars
    upstreams:
      - { kind: loki, name: a, url: "http://l", timeout: never }
      - { kind: tempo, name: a, url: "http://t" }
      - { kind: zipkin }
    links: [{ title: Sentry }]
`;
  expect(problems(yaml).map((problem) => problem.split(" | ").slice(0, 2).join(" "))).toEqual([
    "1 listen.port",
    "4 environments.production.zone",
    "6 environments.production.upstreams[0].timeout",
    "7 environments.production.upstreams[1].name",
    "8 environments.production.upstreams[2].kind",
    "8 environments.production.upstreams[2].url",
    "9 environments.production.links[0].url",
  ]);
});

test.each([
  ["a: 'x", 1, "a quote, bracket, comma or colon is missing"],
  ["a: [1", 1, "the indentation does not fit the lines above, or a ] or } is missing"],
  ["- a\nb: 1", 2, "this cannot be read as YAML; check indentation, quotes and colons"],
  ["a: 1\na: 2", 2, "this key stands here a second time"],
  ["a:\n\tb: 1", 2, "tabs cannot indent YAML; use spaces"],
  ["a: 1\n---\nb: 2", 2, "only one document is read; remove what follows ---"],
  ["a: *b", 1, "this alias (*name) has no anchor (&name) above it"],
])("broken YAML %j is refused in line %d", (yaml, line, text) => {
  expect(problems(yaml)).toEqual([`${line} |  | - | ${text}`]);
});

test("a file that is no map says what the file is", () => {
  expect(problems("- a")[0]).toContain(
    "expected the configuration: a map with the keys listen, public_url, demo, webhook, environments",
  );
});

test("a missing variable is named with its field, and nothing else is said of that field", () => {
  expect(problems(upstream(...loki, `bearer: \${NOWHERE}`))).toEqual([
    `6 | ${at}.bearer | "\${NOWHERE}" | the variable NOWHERE is not set`,
  ]);
});

test("a file that cannot be read is named with its field", () => {
  expect(problems(upstream(...loki, "bearer: file:/run/token"))).toEqual([
    `6 | ${at}.bearer | "file:/run/token" | the file cannot be read: it does not exist`,
  ]);
});

test("a configuration that was named must exist", () => {
  const loaded = loadConfig({ THROUGHLINE_CONFIG: "no.yaml" }, disk({}), "/srv");
  expect(loaded).toMatchObject({ ok: false, problems: [{ path: "THROUGHLINE_CONFIG", value: '"no.yaml"' }] });
});

test("problems print one a line, with file and line first", () => {
  const loaded = load(upstream(...loki, "timeout: 1y"));
  expect(loaded.ok ? "" : printProblems(loaded.problems, file)).toBe(
    `Throughline cannot start: 1 problem in the configuration.\n  ${file}:6: ${at}.timeout is "1y": expected a duration such as 500ms, 10s or 2m, at most 2m\n`,
  );
});

const secret = "hunter2-s3cret";
test.each([
  ["in a url", upstream("kind: loki", `url: http://user:${secret}@loki:3100`)],
  ["in a url with a slash in the password", upstream("kind: loki", `url: http://user:a/${secret}@loki:3100`)],
  ["in a url without scheme", upstream("kind: loki", `url: user:${secret}@loki:3100`)],
  ["in a url's query", upstream("kind: loki", `url: http://loki:3100/?token=${secret}`)],
  ["as basic itself", upstream(...loki, `basic: user:${secret}`)],
  ["in basic of the wrong shape", upstream(...loki, `basic: { username: [${secret}], password: { x: ${secret} } }`)],
  ["with a line break as bearer", upstream(...loki, `bearer: "${secret}\\n"`)],
  ["as a list", upstream(...loki, `bearer: [${secret}]`)],
  ["in a header with a line break", upstream(...loki, `headers: { X-Key: "${secret}\\n" }`)],
  ["as key that is no PEM", upstream("kind: loki", "url: https://loki", `tls: { key: ${secret} }`)],
  ["under a mistyped key", upstream(...loki, `bearr: ${secret}`, `password: ${secret}`)],
  ["in an upstream that is a text", `environments: { a: { upstreams: ["http://u:${secret}@loki"] } }`],
  ["in broken YAML", upstream(...loki, `bearer: "${secret}`)],
  ["in broken YAML of another kind", upstream(...loki, `bearer: @${secret}`, `basic: { a: ${secret}: b }`)],
  ["behind an unknown tag or anchor", upstream(...loki, `bearer: !x ${secret}`, `basic: *${secret}`)],
  ["behind a variable in a url", upstream("kind: loki", `url: \${SECRET}`)],
  ["behind a variable in a zone", `environments: { a: { zone: '\${SECRET}' } }`],
])("a secret %s is not printed", (_, yaml) => {
  const loaded = load(yaml, { SECRET: secret });
  expect(loaded.ok).toBe(false);
  expect(loaded.ok ? "" : printProblems(loaded.problems, file)).not.toContain(secret);
});

test("whatever is written, loading answers and never throws", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), fc.string(), (json, text) => {
      expect(typeof load(json).ok).toBe("boolean");
      expect(typeof load(text).ok).toBe("boolean");
    }),
  );
});
