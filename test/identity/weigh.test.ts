/** What speaks for a label's being a service's name, and what against. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { metricProbe } from "@/lib/identity/metric-probe";
import { metricIdentities, readMetricRows } from "@/lib/identity/metrics";
import { matchName, nameRegex } from "@/lib/identity/names";
import { type Seen, type Subject, seenInResources } from "@/lib/identity/subject";
import { isValid } from "@/lib/query/promql";
import { families } from "@/lib/recipes/red-groups";
import type { Labels } from "@/lib/signal/labels";
import { serviceFrom } from "@/test/draw";

const nothing: Seen = seenInResources([]);
const subject = (name: string, namespace: string | null = null, seen: Partial<Seen> = {}): Subject => ({
  service: serviceFrom(name),
  kubernetesNamespace: namespace,
  seen: { ...nothing, ...seen },
});
const row = (labels: Labels): Labels => ({ __name__: "http_requests_total", ...labels });
const read = (subjects: readonly Subject[], rows: readonly Labels[]) =>
  readMetricRows(
    subjects,
    rows.map((labels) => ({ labels, series: 3 })),
    families,
    [],
  );
const named = (subjects: readonly Subject[], rows: readonly Labels[]): string[] =>
  read(subjects, rows).found.map(
    ({ label, value, extra }) =>
      `${label}=${value}${extra.map((each) => ` ${each.label}${each.op}${each.value}`).join("")}`,
  );
const doubts = (subjects: readonly Subject[], rows: readonly Labels[]): string[] =>
  read(subjects, rows).doubts.map(({ text }) => text);
const pod = "payment-7d9f8c6b5-x2x4z";

describe("a name in another spelling", () => {
  test.each([
    ["invaders.bot", "invaders_bot", "respelt"],
    ["Shop.Payment", "shop-payment", "respelt"],
    ["shop/payment", "shop/payment", "namespaced"],
    ["shop/payment", "billing/payment", undefined],
    ["shop/payment", "shop-payment", "akin"],
    ["shop/shop-payment", "payment", "akin"],
    ["payment", "shop-payment", undefined],
    ["payment", "payment-v2", "akin"],
    ["payment-v2", "payment", "akin"],
    ["payment", "payment-7d9f8c6b5-x2x4z", "akin"],
    ["payment-7d9f8c6b5-x2x4z", "payment", "akin"],
    ["payment", "payment-worker", undefined],
    ["payment", "payments", undefined],
    ["pay", "payment", undefined],
  ])("%s, %s: %s", (name, value, expected) => {
    expect(matchName(subject(name), value)).toBe(expected);
  });

  test("that is believed is also asked for", () => {
    const part = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
    const name = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("-"));
    const around = fc.constantFrom("", "-v2", "-7d9f8c6b5-x2x4z", "-0");
    fc.assert(
      fc.property(name, fc.option(part, { nil: null }), around, fc.boolean(), (own, space, tail, isPrefixed) => {
        const each = subject(own, space);
        const value = `${isPrefixed && space ? `${space}-` : ""}${own}${tail}`;
        if (matchName(each, value) === undefined) return;
        expect(value).toMatch(new RegExp(`^(?:${nameRegex([each, subject("other")])})$`));
      }),
    );
  });
});

describe("a kindred name", () => {
  test("is taken where the namespace agrees, or the service's own pod carries it", () => {
    expect(named([subject("payment", "shop")], [row({ job: "payment-v2", namespace: "shop" })])).toEqual([
      "job=payment-v2 namespace=shop",
    ]);
    expect(
      named(
        [subject("payment", null, { pods: [pod] })],
        [row({ job: "payment-v2" }), row({ job: "payment-v2", witness: `pod=${pod}` })],
      ),
    ).toEqual(["job=payment-v2"]);
  });

  test("alone is a doubt, said with what to do", () => {
    expect(doubts([subject("payment")], [row({ job: "payment-v2" })])).toEqual([
      'job="payment-v2" may be payment, but nothing besides the name says so.',
    ]);
  });

  test("of a stable and a canary one is both, each a series of its own", () => {
    const rows = ["payment-v1", "payment-v2"].map((job) => row({ job, namespace: "shop" }));
    expect(named([subject("payment", "shop")], rows)).toEqual([
      "job=payment-v1 namespace=shop",
      "job=payment-v2 namespace=shop",
    ]);
  });

  test("gives way to the name itself", () => {
    const rows = [row({ job: "payment-v2", namespace: "shop" }), row({ job: "payment", namespace: "shop" })];
    expect(named([subject("payment", "shop")], rows)).toEqual(["job=payment namespace=shop"]);
  });

  test("is that of the service it names exactly", () => {
    const rows = [row({ job: "shop-payment", namespace: "shop" })];
    const found = read([subject("payment", "shop"), subject("shop-payment", "shop")], rows).found;
    expect(found.map(({ service }) => service.name)).toEqual(["shop-payment"]);
  });
});

test("a spelling that two services share is neither's", () => {
  expect(doubts([subject("a.b"), subject("a_b")], [row({ job: "a-b" })])).toEqual([
    'job="a-b" may be a.b or a_b.',
    'job="a-b" may be a.b or a_b.',
  ]);
});

describe("an exporter's labels", () => {
  test("never count where the target told its own", () => {
    const scraped = { job: "payment", service: "payment", namespace: "observability", exported_job: "shop/order" };
    expect(named([subject("payment")], [row(scraped)])).toEqual(["service=payment"]);
    expect(named([subject("shop/order", "shop")], [row(scraped)])).toEqual(["exported_job=shop/order"]);
  });

  test("do not contradict the namespace: it is that of the exporter", () => {
    const scraped = { job: "otel-collector", namespace: "observability", exported_job: "payment" };
    expect(named([subject("payment", "shop")], [row(scraped)])).toEqual(["exported_job=payment"]);
  });
});

describe("one name twice", () => {
  const inBoth = (label: string): Labels[] =>
    ["a", "b"].map((value) => row({ job: "payment", namespace: "shop", [label]: value }));

  test.each([
    ["cluster", "clusters", { clusters: ["b"] }],
    ["deployment_environment_name", "environments", { environments: ["b"] }],
  ])("%s: told apart by the spans, in doubt without", (label, words, seen) => {
    expect(named([subject("payment", "shop", seen)], inBoth(label))).toEqual([`job=payment namespace=shop ${label}=b`]);
    expect(doubts([subject("payment", "shop")], inBoth(label))).toEqual([
      `payment exists in ${words} a and b; the trace does not tell which.`,
    ]);
  });

  test("is told apart by the very pod that the spans name", () => {
    const rows = [
      row({ job: "payment", namespace: "shop" }),
      row({ job: "payment", namespace: "billing" }),
      row({ job: "payment", namespace: "shop", witness: `pod=${pod}` }),
    ];
    const { found } = read([subject("payment", null, { pods: [pod] })], rows);
    expect(found).toMatchObject([{ extra: [{ label: "namespace", value: "shop" }] }]);
    expect(found[0]?.because).toBe(
      `job is its name, and namespace agrees, and pod ${pod} of its spans or lines carries it`,
    );
  });

  test("leaves out a family that does not tell where: it would sum both", () => {
    const rows = [
      row({ job: "payment", namespace: "shop" }),
      row({ job: "payment", namespace: "billing" }),
      { __name__: "traces_spanmetrics_calls_total", service: "payment" },
    ];
    expect(read([subject("payment", "shop")], rows).found.map(({ family }) => family)).toEqual(["http_requests_total"]);
  });

  test("is known from target_info, where the family itself does not tell", () => {
    const rows = [
      row({ job: "payment" }),
      ...["shop", "billing"].map((k8s_namespace_name) => ({
        __name__: "target_info",
        job: "payment",
        k8s_namespace_name,
      })),
    ];
    expect(read([subject("payment", "shop")], rows).found.map(({ family }) => family)).toEqual(["target_info"]);
  });

  test("only elsewhere is said", () => {
    expect(doubts([subject("payment", "shop")], [row({ job: "payment", namespace: "billing" })])).toEqual([
      "Series named payment are of namespace billing; the trace passed it in shop.",
    ]);
  });

  test("by a pair of servers is counted once", () => {
    const rows = ["p-0", "p-1"].map((prometheus_replica) => row({ job: "payment", prometheus_replica }));
    expect(named([subject("payment")], rows)).toEqual(["job=payment prometheus_replica=p-0"]);
  });
});

test("a job that scrapes every pod is the service's by its own pods alone", () => {
  const all = { job: "kubernetes-pods", namespace: "shop" };
  const rows = [row({ ...all, witness: `pod=${pod}` })];
  expect(named([subject("payment", "shop", { pods: [pod] })], rows)).toEqual([
    "job=kubernetes-pods namespace=shop pod=~payment-(?:[bcdfghjklmnpqrstvwxz2456789]{1,10}-[bcdfghjklmnpqrstvwxz2456789]{5})",
  ]);
});

test("the reason counts series and families, and names the runner-up", () => {
  const { found } = read(
    [subject("payment")],
    [row({ job: "payment", app: "payment" }), { __name__: "target_info", job: "payment" }],
  );
  expect(metricIdentities(found, "shop/prometheus", [])).toMatchObject([
    {
      because: "job is its name; 6 series of http_requests_total, target_info",
      runnerUp: { matchers: [{ label: "app", value: "payment" }], because: "app is its name" },
    },
  ]);
});

test("a mapping that contradicts what is seen is followed, and what is seen is said", () => {
  const match = { label: "job", op: "=", value: "shop/payment-v2" } as const;
  const { found } = readMetricRows(
    [subject("payment")],
    [row({ job: "payment" }), row({ job: "shop/payment-v2" })].map((labels) => ({ labels, series: 1 })),
    families,
    [{ service: "payment", signal: "metrics", matchers: [match] }],
  );
  expect(metricIdentities(found, "shop/prometheus", [])).toMatchObject([
    {
      matchers: [match],
      basis: "configured",
      because: "configured, against what was seen; 1 series of http_requests_total",
      runnerUp: { matchers: [{ label: "job", value: "payment" }], because: "job is its name" },
    },
  ]);
});

test("whatever names, namespaces and pods hold, the probe is one that Prometheus can read, and reading its rows never throws", () => {
  const text = fc.string({ unit: "binary", minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(text, fc.option(text, { nil: null }), text, text, (name, namespace, pods, value) => {
      const each: Subject = {
        service: { name, namespace },
        kubernetesNamespace: namespace,
        seen: { ...nothing, pods: [pods], instances: [pods] },
      };
      expect(isValid(metricProbe(families, [each]))).toBe(true);
      const rows = families.map(({ names: [first = ""], naming }) => ({
        __name__: first,
        ...Object.fromEntries(naming.services.map(({ label }) => [label, value])),
        witness: `pod=${pods}`,
      }));
      expect(() => read([each], rows)).not.toThrow();
    }),
    { numRuns: 40 },
  );
});
