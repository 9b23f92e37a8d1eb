/** What no system should send and no file should say: a run ends, says it in its place, and hands on what can be read. */
import { describe, expect, test } from "vitest";
import type { WorldLine } from "@/lib/demo/lines";
import { type Slot, slots } from "@/lib/evidence";
import { textOf } from "@/lib/finding/words";
import type { Identity } from "@/lib/identity/identity";
import { parseLead } from "@/lib/lead";
import type { EnvironmentSetting, MappingSetting, UpstreamKind } from "@/lib/setting";
import { verdictOf } from "@/lib/slot";
import { finalMarkdown } from "@/lib/stream/final";
import { at } from "@/test/draw";
import { environment } from "@/test/installation";
import { drawings } from "@/test/worlds/drawing";
import { type Investigated, lookedAt } from "@/test/worlds/investigated";
import { type Placed, placedAt } from "@/test/worlds/placed";
import { serve } from "@/test/worlds/servers";

type Told = Investigated & {
  readonly sentences: readonly string[];
  /** What is said of each slot, and of what could not be asked for it. */
  readonly said: Readonly<Record<Slot, string>>;
  readonly markdown: string;
  readonly identities: readonly Identity[];
};

/** The FastAPI service of the drawings, whose quotes fail; `change` spoils what it tells, `more` what is configured. */
async function told(
  change: (placed: Placed) => Placed = (placed) => placed,
  more: Partial<EnvironmentSetting> = {},
  { lead, dead }: { readonly lead?: string; readonly dead?: UpstreamKind } = {},
): Promise<Told> {
  const drawing = drawings().find(({ name }) => name === "fastapi");
  if (!drawing) throw new Error("no such drawing");
  const placed = change(placedAt(drawing, at("14:00:00")));
  const { urls: alive, close } = await serve(placed);
  // Nothing listens there.
  const urls = dead ? { ...alive, [dead]: "http://127.0.0.1:9" } : alive;
  try {
    const own = environment(["prometheus", "loki", "tempo"], { name: "insure", ...more });
    const text = lead ?? placed.leadId;
    const seen = await lookedAt(text, own, urls, () => placed.now);
    const parsed = parseLead(text);
    if (!parsed.ok) throw new Error(parsed.message);
    const input = { ...seen, environment: own, ended: true, now: placed.now };
    const verdicts = slots.map((slot): [Slot, string] => {
      const unasked = seen.unasked.filter((each) => each.slot === slot).map((each) => `${each.text} ${each.next}`);
      const notes = seen.evidence.filter(({ question }) => question.slot === slot).flatMap((each) => each.notes);
      const { verdict, headline } = verdictOf(slot, input);
      return [slot, [`${verdict}: ${headline}`, ...unasked, ...notes].join("\n")];
    });
    async function* again() {
      yield* seen.lines;
    }
    return {
      ...seen,
      identities: seen.lines.findLast((line) => line.type === "identity")?.identities ?? [],
      sentences: seen.explanation.findings.map(({ sentence }) => textOf(sentence)),
      said: Object.fromEntries(verdicts) as never,
      markdown: await finalMarkdown(again(), {
        lead: text,
        mappings: [],
        service: null,
        origin: "http://127.0.0.1:3000",
        setting: { environments: [own] },
        now: () => placed.now,
      }),
    };
  } finally {
    await close();
  }
}
const mapping = (service: string, signal: MappingSetting["signal"], label: string, value: string): MappingSetting => ({
  service,
  signal,
  matchers: [{ label, op: "=", value }],
});

/** One more line under the lead's id, as the service writes it. */
const saying =
  (text: (id: string) => string) =>
  (placed: Placed): Placed => {
    const model = placed.lines.findLast((line) => line.text.includes(placed.leadId));
    if (!model) throw new Error("no line of the lead");
    const line: WorldLine = { ...model, text: text(placed.leadId) };
    return { ...placed, lines: [...placed.lines, line].sort((a, b) => a.micros - b.micros) };
  };

/** The trace passes one more service, called by the first. */
const calling =
  (name: string) =>
  (placed: Placed): Placed => ({
    ...placed,
    traces: placed.traces.map((trace) => {
      const [first] = trace.groups;
      const [scope] = first?.scopeSpans ?? [];
      const [span] = scope?.spans ?? [];
      if (!first || !scope || !span) throw new Error("no span");
      const called = {
        ...span,
        spanId: span.spanId.replace(/^./, (sign) => (sign === "a" ? "b" : "a")),
        parentSpanId: span.spanId,
      };
      const resource = { ...first.resource, attributes: [{ key: "service.name", value: { stringValue: name } }] };
      return {
        ...trace,
        groups: [...trace.groups, { resource, scopeSpans: [{ ...scope, spans: [called] }] }],
      };
    }),
  });

const without =
  (...gone: readonly ("series" | "lines" | "traces")[]) =>
  (placed: Placed): Placed => ({ ...placed, ...Object.fromEntries(gone.map((each) => [each, []])) });
const hangs = /^quotes hangs 2\.4 s in POST \/quote/;

describe("a mapping", { timeout: 60_000 }, () => {
  test("that names a label nobody has is said where its series and its lines would stand; the trace is judged", async () => {
    const mappings = [mapping("quotes", "metrics", "nosuch", "x"), mapping("quotes", "lines", "nosuch", "x")];
    const { said, sentences, markdown } = await told(undefined, { mappings });
    expect(said.spike).toContain('matches the mapping {nosuch="x"} of quotes');
    expect(said.spike).toContain("Correct the mapping, or remove it");
    expect(said.lines).toContain(
      'loki has no stream label nosuch; {nosuch="x"} is what the configuration says for quotes',
    );
    expect(sentences[0]).toMatch(hangs);
    expect(markdown).toContain("Correct the mapping");
  });

  const field = "environments.insure.mappings[0].service";
  const read = "no service is called so in what was read of loki, prometheus and tempo from 13:33:00Z to 14:12:00Z.";
  test("that names a service nobody knows says the field, the value, what was read and who was probably meant", async () => {
    const typo = mapping("qoutes", "metrics", "job", "x");
    const { said, sentences, markdown } = await told(undefined, { mappings: [typo] });
    expect(said.spike).toContain(
      `${field} is "qoutes", and ${read} So its {job="x"} was not followed. Did you mean quotes?`,
    );
    expect(said.spike).toContain("where it is that of a service which was silent then, nothing is wrong");
    expect(sentences[0]).toMatch(hangs);
    expect(markdown).toContain("Did you mean quotes?");
  });

  test("whose labels are another's here says whose, however it is spelt", async () => {
    const { said } = await told(undefined, { mappings: [mapping("nobody", "metrics", "job", "quotes")] });
    expect(said.spike).toContain(
      `${field} is "nobody", and ${read} Its {job="quotes"} is what quotes has here. Did you mean quotes?`,
    );
  });

  test.each(["loki", "tempo"] as const)("of an unknown service is denied less where %s is dead", async (dead) => {
    const mappings = [mapping("qoutes", "lines", "job", "x")];
    const { said } = await told(undefined, { mappings }, { dead });
    expect(said.lines).toContain(`${dead} could not be read in full and may name it.`);
    expect(said.lines).not.toMatch(new RegExp(`read of [^.]*${dead}`));
  });

  test.each([
    ["another's name, which may exist", [mapping("nobody", "metrics", "job", "x")]],
    [
      "a name that is near one with a mapping of its own",
      ["qoutes", "quotes"].map((one) => mapping(one, "alerts", "x", "y")),
    ],
    ["a name that some label tells", [mapping("quote", "lines", "job", "x")]],
  ])("that names %s changes nothing of what is told", async (_, mappings) => {
    const spelt = (placed: Placed): Placed => ({
      ...placed,
      lines: placed.lines.map((line) => ({ ...line, labels: { ...line.labels, container: "quote" } })),
    });
    const plain = await told(spelt);
    const { sentences, said } = await told(spelt, { mappings });
    expect(sentences).toEqual(plain.sentences);
    expect(said).toEqual(plain.said);
  });

  test("that gives two services of the path one series says of each that it is the other's, too", async () => {
    const mappings = ["quotes", "tariffs"].map((service) => mapping(service, "metrics", "job", "quotes"));
    const { identities } = await told(calling("tariffs"), { mappings });
    const own = identities.filter(({ signal }) => signal === "metrics");
    const words = new Map(own.map(({ service, because }) => [service.name, because]));
    expect(words.get("quotes")).toContain("configured, though tariffs has the same");
    expect(words.get("tariffs")).toContain("configured, though quotes has the same");
  });
});

test("services that call each other, and themselves, end as others do", { timeout: 60_000 }, async () => {
  const call = (service: string, calls: string) => ({ service, calls, through: null });
  const neighbours = [call("quotes", "tariffs"), call("tariffs", "quotes"), call("quotes", "quotes")];
  const { said, sentences, questions } = await told(undefined, { neighbours });
  expect(sentences[0]).toMatch(hangs);
  expect(said.spike).toContain(
    "The configuration says that quotes calls tariffs, but no metrics and no span here name tariffs",
  );
  expect(questions.length).toBeLessThan((await told()).questions.length + 10);
});

test("a neighbour whose name is a slip says so, with the field and who was probably meant", {
  timeout: 60_000,
}, async () => {
  const neighbours = [{ service: "qoutes", calls: "tariffs", through: null }];
  const { said, sentences } = await told(undefined, { neighbours });
  expect(said.spike).toContain('environments.insure.neighbours[0].service is "qoutes", and no service is called so');
  expect(said.spike).toContain("Did you mean quotes?");
  expect(said.spike).not.toContain("tariffs");
  expect(sentences[0]).toMatch(hangs);
});

test("a span name of 10 kB is quoted by its beginning", { timeout: 60_000 }, async () => {
  const name = `POST /quote?${"age=1&".repeat(1_700)}`;
  const { said, sentences, markdown } = await told((placed) => ({
    ...placed,
    traces: placed.traces.map((trace) => ({
      ...trace,
      groups: trace.groups.map((group) => ({
        ...group,
        scopeSpans: group.scopeSpans.map((scope) => ({
          ...scope,
          spans: scope.spans.map((span) => ({ ...span, name })),
        })),
      })),
    })),
  }));
  expect(said.trace).toMatch(/^found: 1 span, 1 failed/);
  expect(sentences[0]).toMatch(/^quotes hangs 2\.4 s in POST \/quote\?age=1&/);
  expect(Math.max(...sentences.map((sentence) => sentence.length))).toBeLessThan(600);
  expect(markdown.length).toBeLessThan(8_000);
});

describe("a line of the id", { timeout: 60_000 }, () => {
  // Without a trace, what the line says is what is quoted.
  const saidOf = (text: (id: string) => string) =>
    told((placed) => {
      const spoilt = saying(text)(without("traces")(placed));
      return {
        ...spoilt,
        lines: spoilt.lines.filter((line) => line.text === text(placed.leadId) || !line.text.includes(placed.leadId)),
      };
    });

  test("of 200 kB is quoted by its beginning", async () => {
    const { sentences, said, markdown } = await saidOf(
      (id) => `ERROR:    ${"no tariff ".repeat(20_000)} trace_id=${id}`,
    );
    expect(said.lines).toMatch(/: 1 with this id/);
    expect(Math.max(...sentences.map((sentence) => sentence.length))).toBeLessThan(600);
    expect(markdown.length).toBeLessThan(8_000);
  });

  test("with colours is quoted without what makes them", async () => {
    const { sentences, markdown } = await saidOf(
      (id) => `\u001b[1;31mERROR:\u001b[0m no \u001b[4mtariff\u001b[0m at all trace_id=${id}`,
    );
    expect(sentences.join("\n")).toContain("no tariff at all");
    expect(`${sentences.join("\n")}${markdown}`).not.toMatch(/\[\d+(?:;\d+)*m|\p{Cc}(?<!\n)/u);
  });

  test("that is JSON in JSON in JSON is quoted as what it says", async () => {
    const inner = (id: string): string => JSON.stringify({ message: "no tariff at depth", trace_id: id });
    const middle = (id: string): string => JSON.stringify({ level: "error", msg: inner(id) });
    const { sentences, said } = await saidOf((id) => JSON.stringify({ log: middle(id), stream: "stderr" }));
    expect(said.lines).toMatch(/: 1 with this id/);
    expect(sentences.join("\n")).toContain("no tariff at depth");
  });
});

test("secrets in the lines of the id do not leave with what is passed on", { timeout: 60_000 }, async () => {
  // Put together here, so that no scanner takes them for a leak.
  const secrets = [["ghp", "_16C7e42F292c6912E7710c838347Ae178B4a"].join(""), "hunter2", "jane.doe@example.com"];
  const { sentences, markdown } = await told((placed) =>
    saying((id) => `ERROR: no tariff for ${secrets[2]} password=${secrets[1]} token ${secrets[0]} trace_id=${id}`)(
      without("traces")({
        ...placed,
        lines: placed.lines.map((line) => ({ ...line, text: line.text.replace("ERROR", "INFO") })),
      }),
    ),
  );
  expect(sentences.join("\n")).toContain("no tariff for");
  expect(markdown).toContain("no tariff for");
  for (const secret of secrets) expect(markdown).not.toContain(secret);
});

test("a tenant that sees nothing: each slot says so, and what to check", { timeout: 60_000 }, async () => {
  const { said, sentences, markdown } = await told(without("series", "lines", "traces"));
  expect(sentences).toEqual([]);
  expect(said.lines).toMatch(
    /^nothing: loki lists no stream labels .*\n.*its tenant is a wrong one: check tenants of this upstream/,
  );
  expect(said.trace).toMatch(/^nothing: no trace/);
  expect(markdown).toContain("insure/tempo does not know trace");
  for (const slot of slots) expect(said[slot], slot).toMatch(/^nothing: \S/);
  expect(markdown).toContain("in another tenant");
});
