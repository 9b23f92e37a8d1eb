/** "The evidence itself is incomplete: otelcol_receiver_refused_spans rose (1,204 in 15 min)"; other claims deny less for it. */
import { answersOf, type Purpose } from "@/lib/evidence";
import { type Claim, missingFor, type Seen, unique } from "@/lib/finding/seen";
import { cite, list, plain, plural, printShare, quoted } from "@/lib/finding/words";
import type { Labels } from "@/lib/signal/labels";
import { type Service, sameService, serviceKey } from "@/lib/signal/service";
import { printClock, printDuration } from "@/lib/signal/time";

/** Which telemetry was lost; "any" = its name does not tell. */
type Lost = "lines" | "traces" | "metrics" | "any";
type Loss = {
  readonly of: Lost;
  /** Another name may count something else that was dropped on purpose. */
  readonly isCertain: boolean;
  readonly count: number;
  readonly words: string;
  readonly cites: readonly string[];
  /** Whose scrapes failed. */
  readonly scraped: Service | null;
};

/** A scrape now and then is lost to a restart, and one a pod to a rollout. */
const leastFailed = 3;
const leastOfScrapes = 0.05;
/** From here on a queue is as good as full. */
const fullQueue = 0.9;
/** So few lost ones are hardly why something is not found. */
const aFew = 10;

function lostBy(metric: string): Lost {
  if (/loki|promtail|fluent|(?:^|_)logs?_|_lines?_|log_records|entries/.test(metric)) return "lines";
  if (/span|trace|tempo|jaeger/.test(metric)) return "traces";
  return /metric|sample|scrape|prometheus|cortex/.test(metric) ? "metrics" : "any";
}
const isOfTelemetry = (metric: string): boolean => lostBy(metric) !== "any" || /telemetry|otel|collector/.test(metric);

function ownerOf({ services }: Extract<Purpose, { kind: "telemetry-loss" }>, labels: Labels): Service | null {
  const own = services.filter(({ where }) => Object.entries(where).every(([label, value]) => labels[label] === value));
  return new Set(own.map(({ service }) => serviceKey(service))).size === 1 ? (own[0]?.service ?? null) : null;
}

/** What was lost, the certain before the doubtful, most first. */
function lossesIn({ known }: Seen): Loss[] {
  const all = answersOf(known, "series").flatMap(({ question: { id, purpose, window }, answer }): Loss[] => {
    if (purpose.kind !== "telemetry-loss") return [];
    const span = window ? ` in ${printDuration(window.to - window.from)}` : "";
    const scrapes = new Map<string, number>();
    for (const { labels, values } of answer.series) {
      const service = labels.told === "scrapes" ? ownerOf(purpose, labels) : null;
      if (service) scrapes.set(serviceKey(service), values[0] ?? 0);
    }
    return answer.series.flatMap(({ labels, values }): Loss[] => {
      const value = values[0] ?? 0;
      const service = ownerOf(purpose, labels);
      const of = service ? ` of ${service.name}` : "";
      const count = Math.round(value);
      switch (labels.told) {
        case "lost": {
          const metric = quoted(labels.metric ?? "a counter", 80);
          if (count < 1) return [];
          const words = `${metric}${of} rose (${count.toLocaleString("en-US")}${span})`;
          return [{ of: lostBy(metric), isCertain: isOfTelemetry(metric), count, words, cites: [id], scraped: null }];
        }
        case "failed": {
          const asked = service ? Math.round(scrapes.get(serviceKey(service)) ?? 0) : 0;
          if (!service || count < Math.max(leastFailed, leastOfScrapes * asked)) return [];
          const words = `${count} of ${plural(Math.max(asked, count), "scrape")}${of} failed`;
          return [{ of: "metrics", isCertain: true, count, words, cites: [id], scraped: service }];
        }
        case "queue": {
          if (value < fullQueue) return [];
          const words = `the Collector's queue to ${quoted(labels.exporter ?? "its backend", 40)} was ${printShare(Math.min(1, value))} full`;
          return [{ of: "any", isCertain: true, count: 0, words, cites: [id], scraped: null }];
        }
        default:
          return [];
      }
    });
  });
  const once = [...new Map(all.map((loss) => [loss.words, loss])).values()];
  return once.toSorted(
    (a, b) => Number(b.isCertain) - Number(a.isCertain) || b.count - a.count || (a.words < b.words ? -1 : 1),
  );
}

/** What weakens a claim that something of this kind is not there, in words without full stop. */
export const lossesOf = (seen: Seen, of: Exclude<Lost, "any">): string[] => {
  const words = lossesIn(seen).flatMap((loss) =>
    loss.isCertain && (loss.of === of || loss.of === "any") ? [loss.words] : [],
  );
  return words.length > 0 ? [`${of} may be missing: ${list(words, 2)}`] : [];
};

/** What was surely lost, of whatever kind, the most first. */
export const surelyLost = (seen: Seen): string[] =>
  lossesIn(seen).flatMap(({ isCertain, words }) => (isCertain ? [words] : []));

/** "12 of 60 scrapes of payment failed"; null = they did not, or no one tells. */
export const failedScrapes = (seen: Seen, service: Service): { words: string; cites: readonly string[] } | null =>
  lossesIn(seen).find(({ scraped }) => scraped && sameService(scraped, service)) ?? null;

/** The share of traces that a sampler kept, 0..1, and who tells it; null = no one tells, or all are kept. */
export function keptTraces({ known }: Seen): { readonly share: number; readonly cites: readonly string[] } | null {
  let [kept, all] = [0, 0];
  const cites: string[] = [];
  for (const { question, answer } of answersOf(known, "series")) {
    if (question.purpose.kind !== "telemetry-loss") continue;
    const told = answer.series.filter(({ labels }) => labels.told === "traces");
    for (const { labels, values } of told) {
      all += values[0] ?? 0;
      if (labels.kept === "true") kept += values[0] ?? 0;
    }
    if (told.length > 0) cites.push(question.id);
  }
  return all > 0 && kept < all ? { share: kept / all, cites } : null;
}

export const telemetryLoss: Claim = {
  reads: ["telemetry-loss"],
  judge: (seen) => {
    const losses = lossesIn(seen);
    const [first] = losses;
    if (!first) return [];
    const cites = unique(losses.flatMap((loss) => loss.cites));
    const until = seen.known.flatMap(({ question: { purpose, window } }) =>
      purpose.kind === "telemetry-loss" && window ? [window.to] : [],
    )[0];
    const sure = first.isCertain ? "The evidence itself is incomplete" : "The evidence itself may be incomplete";
    const weakenedBy = missingFor(seen, ["telemetry-loss"]);
    const also = weakenedBy.length > 0 ? "; not every store of metrics could be asked" : "";
    const few = losses.every(({ count, of }) => of !== "any" && count < aFew);
    return [
      {
        id: `telemetry-loss ${first.words.replace(/\(.*/, "").trim()}`,
        kind: "telemetry-loss",
        sentence: [
          cite(sure, "plain", cites, "spike"),
          plain(
            `: ${list(
              losses.map(({ words }) => words),
              3,
            )}${until === undefined ? "" : `, until ${printClock(until, seen.now)}`}${also}.`,
          ),
        ],
        score: first.isCertain ? (few ? 0.35 : 0.6) : 0.3,
        at: null,
        cites,
        weakenedBy,
      },
    ];
  },
};
