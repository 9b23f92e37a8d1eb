/** `/series`, `/labels`, `/label/<name>/values`: what there is, by its labels. */
import { type Answer, cut, error, invalid } from "@/lib/demo/servers/prometheus-answers";
import { type Parameters, type Read, readLimit, readOptionalTime } from "@/lib/demo/servers/prometheus-parameters";
import type { DemoStorage } from "@/lib/demo/servers/prometheus-storage";
import { printComplaint } from "@/lib/engine/promql/complaint";
import { matchersOf } from "@/lib/engine/promql/expression";
import { byLabels } from "@/lib/engine/promql/label-sets";
import { matches } from "@/lib/engine/promql/matching";
import { parseSelector } from "@/lib/engine/promql/parse";
import { type Labels, labelsKey, type Matcher } from "@/lib/signal/labels";
import type { Instant } from "@/lib/signal/time";

/** The selectors of `match[]`; each must ask for something. */
export function readMatches(texts: readonly string[]): Read<readonly (readonly Matcher[])[]> {
  const sets: (readonly Matcher[])[] = [];
  for (const text of texts) {
    const parsed = parseSelector(text);
    if (!parsed.ok) return { ok: false, text: printComplaint(text, parsed.complaint) };
    sets.push(matchersOf(parsed.value));
  }
  const empty = sets.some((set) => set.every((matcher) => matches(matcher, "")));
  return empty ? { ok: false, text: "match[] must contain at least one non-empty matcher" } : { ok: true, value: sets };
}

type Asked = { readonly limit: number; readonly sets: readonly Labels[] };

function asked(
  storage: DemoStorage,
  now: Instant,
  parameters: Parameters,
  refuse: (text: string) => Answer,
): { readonly ok: true; readonly value: Asked } | { readonly ok: false; readonly answer: Answer } {
  const limit = readLimit(parameters.one("limit"));
  if (!limit.ok) return { ok: false, answer: invalid("limit", limit.text) };
  const start = readOptionalTime(parameters, "start", 0);
  if (!start.ok) return { ok: false, answer: invalid("start", start.text) };
  const end = readOptionalTime(parameters, "end", now);
  if (!end.ok) return { ok: false, answer: invalid("end", end.text) };
  const selectors = readMatches(parameters.all("match[]"));
  if (!selectors.ok) return { ok: false, answer: refuse(selectors.text) };
  const chosen = selectors.value.length > 0 ? selectors.value : [[]];
  const found = chosen.flatMap((matchers) => storage.labelSets(matchers, start.value, end.value));
  const sets =
    chosen.length > 1
      ? byLabels([...new Map(found.map((labels) => [labelsKey(labels), { labels }])).values()]).map(
          ({ labels }) => labels,
        )
      : found;
  return { ok: true, value: { limit: limit.value, sets } };
}

export function answerSeries(storage: DemoStorage, now: Instant, parameters: Parameters): Answer {
  if (parameters.all("match[]").length === 0) return error("bad_data", "no match[] parameter provided");
  const read = asked(storage, now, parameters, (text) => invalid("match[]", text));
  if (!read.ok) return read.answer;
  const { kept, warnings } = cut(read.value.sets, read.value.limit);
  return { kind: "data", data: kept, warnings };
}

export function answerLabels(storage: DemoStorage, now: Instant, parameters: Parameters): Answer {
  const read = asked(storage, now, parameters, (text) => error("bad_data", text));
  if (!read.ok) return read.answer;
  const names = [...new Set(read.value.sets.flatMap(Object.keys))].sort();
  const { kept, warnings } = cut(names, read.value.limit);
  return { kind: "data", data: kept, warnings };
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // No name of that spelling exists.
  }
}

/** `U__k8s_2e_pod` stands for `k8s.pod` where an address cannot hold the name. */
const unescapedName = (name: string): string =>
  name.startsWith("U__")
    ? name
        .slice(3)
        .replace(/__|_([0-9a-f]+)_/gi, (all, code: string | undefined) =>
          code === undefined ? (all === "__" ? "_" : all) : String.fromCodePoint(Number.parseInt(code, 16)),
        )
    : name;

export function answerLabelValues(storage: DemoStorage, now: Instant, escaped: string, parameters: Parameters): Answer {
  const name = unescapedName(decoded(escaped));
  if (name === "") return error("bad_data", 'invalid label name: ""');
  const read = asked(storage, now, parameters, (text) => error("bad_data", text));
  if (!read.ok) return read.answer;
  const values = [...new Set(read.value.sets.flatMap((labels) => labels[name] ?? []))].sort();
  const { kept, warnings } = cut(values, read.value.limit);
  return { kind: "data", data: kept, warnings };
}
