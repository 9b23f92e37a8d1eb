import { expect, test } from "vitest";
import { toListen, toSetting, toUpstreams } from "@/lib/config/derive";
import { loadConfig } from "@/lib/config/load";
import { disk } from "./files";

type Variables = Readonly<Record<string, string>>;
const config = (variables: Variables, files: Variables = {}) => {
  const loaded = loadConfig(variables, disk(files), "/srv");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
};
const fromYaml = (yaml: string, variables: Variables = {}) => config(variables, { "/srv/throughline.yaml": yaml });
const one = (line: string, variables: Variables = {}) =>
  toUpstreams(fromYaml(`environments: { a: { upstreams: [{ kind: loki, ${line} }] } }`, variables))[0];

test("nothing configured is a setting without environments", () => {
  expect(toSetting(config({}))).toEqual({ environments: [] });
  expect(toSetting(fromYaml("# nothing yet\n"))).toEqual({ environments: [] });
});

test("the demo is asked for in the file or by a variable, which overrules it", () => {
  expect(config({}).demo).toBe(false);
  expect(fromYaml("demo: true").demo).toBe(true);
  expect(config({ THROUGHLINE_DEMO: "1" }).demo).toBe(true);
  expect(fromYaml("demo: true", { THROUGHLINE_DEMO: "0" }).demo).toBe(false);
  expect(fromYaml("{}", { THROUGHLINE_DEMO: "" }).demo).toBe(false);
});

test.each([
  ["THROUGHLINE_DEMO", "yes", "expected 1 or 0"],
  ["THROUGHLINE_NOW", "14:18", "expected an instant such as 2026-11-21T14:18:05Z"],
])("%s=%s is a problem, with a file and without", (name, value, text) => {
  const problem = { path: name, line: null, value: JSON.stringify(value), text };
  for (const files of [{}, { "/srv/throughline.yaml": "demo: true" }])
    expect(loadConfig({ [name]: value }, disk(files), "/srv")).toMatchObject({ ok: false, problems: [problem] });
});

test("variables alone make one environment", () => {
  const variables = {
    THROUGHLINE_LOKI_URL: "http://loki:3100/",
    THROUGHLINE_LOKI_TENANT: "a|b",
    THROUGHLINE_GRAFANA_URL: "http://grafana:3000",
    THROUGHLINE_GRAFANA_PUBLIC_URL: "https://grafana.example.com",
    THROUGHLINE_GRAFANA_TOKEN: "t",
    THROUGHLINE_PUBLIC_URL: "https://throughline.example.com",
    THROUGHLINE_TEMPO_URL: "",
    THROUGHLINE_NOW: "2026-11-21T00:00:00Z",
  };
  const loaded = config(variables);
  expect(toUpstreams(loaded).map(({ id, url, tenants, headers }) => ({ id, url, tenants, headers }))).toEqual([
    { id: "default/loki", url: "http://loki:3100", tenants: ["a", "b"], headers: {} },
    { id: "default/grafana", url: "http://grafana:3000", tenants: [], headers: { authorization: "Bearer t" } },
  ]);
  expect(toSetting(loaded).environments[0]?.grafanaUrl).toBe("https://grafana.example.com");
  expect(toListen(loaded, {}, "vm").publicUrl).toBe("https://throughline.example.com");
});

test("a wrong variable is named, without its user info", () => {
  const loaded = loadConfig(
    {
      THROUGHLINE_LOKI_URL: "http://u:hunter2@loki",
      THROUGHLINE_PROMETEUS_URL: "http://p",
      THROUGHLINE_JAEGER_TENANT: "x",
      THROUGHLINE_TEMPO_URL: "http://tempo",
      THROUGHLINE_TEMPO_TENANT: "a||b",
    },
    disk({}),
    "/srv",
  );
  expect(loaded).toMatchObject({
    ok: false,
    problems: [
      { path: "THROUGHLINE_PROMETEUS_URL", text: "is not known, did you mean THROUGHLINE_PROMETHEUS_URL?" },
      { path: "THROUGHLINE_JAEGER_TENANT", text: "is set, but THROUGHLINE_JAEGER_URL is not" },
      { path: "THROUGHLINE_LOKI_URL", value: '"http://…@loki"' },
      { path: "THROUGHLINE_TEMPO_TENANT", value: '""' },
    ],
  });
});

test("a file overrules the variables and says so", () => {
  const variables = { THROUGHLINE_CONFIG: "other.yaml", THROUGHLINE_LOKI_URL: "http://loki" };
  expect(loadConfig(variables, disk({ "/srv/other.yaml": "environments: {}" }), "/srv")).toMatchObject({
    ok: true,
    file: "/srv/other.yaml",
    notes: ["THROUGHLINE_LOKI_URL ignored, because /srv/other.yaml is used"],
  });
});

test.each([
  [`url: 'http://\${HOST}:3100'`, "http://loki:3100"],
  [`url: 'http://loki/$\${HOST}'`, "http://loki/$%7BHOST%7D"],
  ["url: HTTP://LOKI:80/Prefix//", "http://loki/Prefix"],
])("%s calls %s", (line, url) => {
  expect(one(line, { HOST: "loki" })?.url).toBe(url);
});

test.each([
  ["10s", 10_000],
  ["500ms", 500],
  ["1.5s", 1_500],
  ["2m", 120_000],
])("timeout %s is %d ms", (timeout, ms) => {
  expect(one(`url: http://l, timeout: ${timeout}`)?.timeoutMs).toBe(ms);
});

test.each([
  ["5GB", 5_000_000_000],
  ["50MiB", 52_428_800],
  ["1.5 kb", 1_500],
])("max_bytes %s is %d", (size, expected) => {
  expect(one(`url: http://l, max_bytes: ${size}`)?.maxBytes).toBe(expected);
});

test("a number may come from a variable", () => {
  expect(one(`url: http://l, concurrency: '\${N}'`, { N: "3" })?.concurrency).toBe(3);
});

test("a literal $ { is written with a second dollar sign, and is not looked up", () => {
  expect(one(`url: http://l, bearer: 'a$\${HOME}b'`)?.headers).toEqual({ authorization: `Bearer a\${HOME}b` });
});

test("a file's last line break is no part of a secret, and a relative file lies beside the configuration", () => {
  const files = {
    "/srv/throughline.yaml": "environments: { a: { upstreams: [{ kind: loki, url: http://l, bearer: file:token }] } }",
    "/srv/token": "abc\n",
  };
  expect(toUpstreams(config({}, files))[0]?.headers).toEqual({ authorization: "Bearer abc" });
});

test("file: means a file in secret fields only", () => {
  const yaml = "environments: { a: { annotation_tags: ['file:x'] } }";
  expect(toSetting(fromYaml(yaml)).environments[0]?.annotationTags).toEqual(["file:x"]);
});

test("a tag may say of which kind its changes are", () => {
  const yaml = "environments: { a: { annotation_tags: [deploy, { tag: launchdarkly, kind: flag }] } }";
  expect(toSetting(fromYaml(yaml)).environments[0]).toMatchObject({
    annotationTags: ["deploy", "launchdarkly"],
    annotationKinds: { launchdarkly: "flag" },
  });
});

test("default names leave those that are given to their owners", () => {
  const yaml = `environments: { a: { upstreams: [
    { kind: loki, url: "http://1" }, { kind: loki, url: "http://2" }, { kind: loki, name: loki-2, url: "http://3" } ] } }`;
  expect(toSetting(fromYaml(yaml)).environments[0]?.upstreams.map(({ id }) => id)).toEqual([
    "a/loki",
    "a/loki-3",
    "a/loki-2",
  ]);
});

test("an anchored value is shared, and the line of a problem in it is that of the use", () => {
  const yaml = `environments:
  a: { upstreams: &all [{ kind: loki, url: "http://l" }] }
  b: { upstreams: *all }
`;
  expect(toUpstreams(fromYaml(yaml)).map(({ id }) => id)).toEqual(["a/loki", "b/loki"]);
});

test.each([
  [{}, "127.0.0.1", 3000],
  [{ HOSTNAME: "0.0.0.0", PORT: "8080" }, "0.0.0.0", 8080],
  [{ HOSTNAME: "vm", PORT: "" }, "127.0.0.1", 3000],
])("with %j it listens on %s:%d on the machine called vm", (variables, host, port) => {
  expect(toListen(fromYaml(""), variables, "vm")).toMatchObject({ host, port });
});
