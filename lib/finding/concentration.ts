/**
 * "98 % of the 412 failures of payment are in pod payment-7d9c-x2x4z, which serves 17 % of its requests": where the
 * failures are of one pod, node, zone, version, route or caller; else, where every pod fails alike, that.
 */
import { answersOf, type Dimension, type Found, type Purpose } from "@/lib/evidence";
import { type Claim, isPending, missingFor, type Seen, unique } from "@/lib/finding/seen";
import { failedScrapes } from "@/lib/finding/telemetry-loss";
import { cite, plain, plural, printShare, quoted } from "@/lib/finding/words";
import type { Labels } from "@/lib/signal/labels";
import { type Service, serviceKey } from "@/lib/signal/service";
import { printClock, type Window } from "@/lib/signal/time";

type Breakdown = Extract<Purpose, { kind: "breakdown" }>;

/** Fewer failures than this fall where chance puts them. */
const leastFailures = 20;
/** One value holds so much of the failures, with no more than that of the requests. */
const mostOfFailures = 0.8;
const halfOfRequests = 0.5;
/** Nothing is said of a pod of which, at the service's own rate, fewer failures were to be expected. */
const leastExpected = 5;
/** Rates this near to that of the service are alike. */
const alike = 2;

/** One value of one dimension. */
type Part = { readonly value: string; readonly failures: number; readonly requests: number };
type Told = {
  readonly service: Service;
  readonly failures: number;
  readonly requests: number;
  /** Else what serves is told by its address alone. */
  readonly hasPods: boolean;
  readonly parts: Readonly<Partial<Record<Dimension, readonly Part[]>>>;
  readonly cites: readonly string[];
  readonly window: Window | null;
};

const carries = (labels: Labels, where: Labels): boolean =>
  Object.entries(where).every(([label, value]) => labels[label] === value);

/** Pod -> node, for pods of one name in one namespace only. */
function nodesOf({ answer }: Found<"series">): (labels: Labels) => string {
  const nodes = new Map<string, Set<string>>();
  for (const { labels } of answer.series)
    if (labels.counted === "places") {
      const pod = labels.pod ?? "";
      nodes.set(pod, (nodes.get(pod) ?? new Set()).add(labels.node ?? ""));
    }
  return (labels) => {
    const on = nodes.get(labels.pod ?? labels.k8s_pod_name ?? labels.instance ?? "");
    return on?.size === 1 ? ([...on][0] ?? "") : "";
  };
}

/** What one answer tells of one service. */
function toldOf(evidence: Found<"series">, { services, dimensions }: Breakdown, service: Service): Told {
  const own = services.filter((named) => serviceKey(named.service) === serviceKey(service));
  const rows = evidence.answer.series.filter(
    ({ labels }) => labels.counted !== "places" && own.some(({ where }) => carries(labels, where)),
  );
  const nodeOf = nodesOf(evidence);
  const sum = (of: typeof rows, counted: string): number =>
    of.reduce((all, { labels, values }) => all + (labels.counted === counted ? (values[0] ?? 0) : 0), 0);
  const placeOf = (name: Dimension, labels: Labels, among: readonly string[]): string =>
    among.map((label) => labels[label] ?? "").find((value) => value !== "") ?? (name === "node" ? nodeOf(labels) : "");
  const parts = dimensions.map(({ name, labels: among }) => {
    const groups = Map.groupBy(rows, ({ labels }) => placeOf(name, labels, among));
    const told = [...groups].map(
      ([value, of]): Part => ({ value, failures: sum(of, "failures"), requests: sum(of, "requests") }),
    );
    return [name, told.toSorted((a, b) => b.failures - a.failures || (a.value < b.value ? -1 : 1))] as const;
  });
  return {
    service,
    failures: sum(rows, "failures"),
    requests: sum(rows, "requests"),
    hasPods: rows.some(({ labels }) => Object.keys(labels).some((label) => label.includes("pod"))),
    parts: Object.fromEntries(parts),
    cites: [evidence.question.id],
    window: evidence.question.window,
  };
}

/** Two stores may have counted the same requests: the one that saw most of them speaks. */
function everyTold({ known }: Seen): Told[] {
  const told = answersOf(known, "series").flatMap((evidence) => {
    const { purpose } = evidence.question;
    if (purpose.kind !== "breakdown") return [];
    const services = new Map(purpose.services.map(({ service }) => [serviceKey(service), service]));
    return [...services.values()].map((service) => toldOf(evidence, purpose, service));
  });
  return [...Map.groupBy(told, ({ service }) => serviceKey(service)).values()].flatMap((same) =>
    same.toSorted((a, b) => b.requests - a.requests).slice(0, 1),
  );
}

type Held = { readonly name: Dimension; readonly part: Part; readonly of: number };

/** The value that holds the failures without holding the requests; the others of its dimension are there and serve. */
function heldBy({ parts, failures, requests }: Told, name: Dimension): Held | null {
  const all = parts[name] ?? [];
  const serving = all.filter(({ value, requests: served }) => value !== "" && served > 0);
  const [top] = all;
  if (!top || top.value === "" || serving.length < 2) return null;
  const isHeld = top.failures >= mostOfFailures * failures && top.requests <= halfOfRequests * requests;
  return isHeld ? { name, part: top, of: serving.length } : null;
}

/** Where requests are served; what they ask for; who asks. Of the first, the coarsest that tells the failures as sharply. */
const places: readonly Dimension[] = ["version", "zone", "node", "pod"];
function sharpest(told: Told): Held | null {
  const held = places.flatMap((name) => heldBy(told, name) ?? []);
  const least = Math.min(...held.map(({ part }) => part.requests));
  return held.find(({ part }) => part.requests <= least * 1.05) ?? null;
}

type Even = { readonly pods: number; readonly low: number; readonly high: number; readonly isAll: boolean };

/** How many pods fail alike, and between which shares of their requests; null = some differ, or too little was served. */
function evenness({ parts, failures, requests }: Told): Even | null {
  const pods = (parts.pod ?? []).filter(({ value, requests: served }) => value !== "" && served > 0);
  const rate = failures / requests;
  const rates = pods.map((pod) => pod.failures / pod.requests);
  const isTold = pods.length >= 2 && pods.every((pod) => pod.requests * rate >= leastExpected);
  const isEven = rates.every((each) => each <= alike * rate && each * alike >= rate);
  // Requests without a pod's name may be of one more.
  const isAll = (parts.pod ?? []).every(({ value, requests: served }) => value !== "" || served === 0);
  return isTold && isEven ? { pods: pods.length, low: Math.min(...rates), high: Math.max(...rates), isAll } : null;
}

const inWords: Readonly<Record<Dimension, (value: string) => string>> = {
  version: (value) => `are of version ${value}`,
  zone: (value) => `are in zone ${value}`,
  node: (value) => `are on node ${value}`,
  pod: (value) => `are in ${value}`,
  route: (value) => `are on route ${value}`,
  caller: (value) => `are of calls from ${value}`,
};
const shareOf = (part: number, all: number): string => printShare(Math.min(1, part / all));

const heldInWords = ({ name, part }: Held, { failures, requests }: Told): string =>
  `${shareOf(part.failures, failures)} ${inWords[name](quoted(part.value, 60))}, with ${shareOf(part.requests, requests)} of its requests`;

type Said = { readonly told: Told; readonly score: number; readonly words: string; readonly where: string };

function saidOf(told: Told): Said[] {
  if (told.failures < leastFailures || told.requests < told.failures) return [];
  const place = sharpest(told);
  const others = (["route", "caller"] as const).flatMap((name) => heldBy(told, name) ?? []);
  const held = [...(place ? [place] : []), ...others];
  const even = place ? null : evenness(told);
  const spread = even
    ? [
        `${even.pods === 2 ? "both" : `all ${even.pods}`} ${told.hasPods ? "pods" : "instances"}${even.isAll ? "" : " that are named"} fail alike (${rangeOf(even.low, even.high)} of their requests)`,
      ]
    : [];
  const words = [...held.map((each) => heldInWords(each, told)), ...spread];
  if (words.length === 0) return [];
  const score = place ? 0.75 : others.length > 0 ? 0.5 : 0.3;
  return [
    { told, score, words: words.join("; "), where: held.map(({ name, part }) => `${name} ${part.value}`).join() },
  ];
}
const rangeOf = (low: number, high: number): string => {
  const [from, to] = [printShare(low), printShare(high)];
  return from === to ? from : `${from} to ${to}`;
};

export const concentration: Claim = {
  reads: ["breakdown", "telemetry-loss"],
  judge: (seen) => {
    if (isPending(seen, ["breakdown", "telemetry-loss"])) return [];
    // In the order asked, the service whose errors changed most first: of equals it speaks.
    const [best] = everyTold(seen)
      .flatMap(saidOf)
      .toSorted((a, b) => b.score - a.score);
    if (!best) return [];
    const { window } = best.told;
    const { told, score, words, where } = best;
    // A pod that is too sick to be scraped counts nothing.
    const unscraped = failedScrapes(seen, told.service);
    const weakenedBy = [...missingFor(seen, ["breakdown"]), ...(unscraped ? [unscraped.words] : [])];
    return [
      {
        id: `concentration ${serviceKey(told.service)} ${where}`,
        kind: "concentration",
        sentence: [
          plain(weakenedBy.length > 0 ? "As far as could be read, of the " : "Of the "),
          cite(plural(Math.round(told.failures), "failure"), "error", told.cites, "spike"),
          plain(" of "),
          cite(told.service.name, "service", told.cites, "spike"),
          plain(
            `${window ? ` between ${printClock(window.from, seen.now)} and ${printClock(window.to, seen.now)}` : ""}, ${words}.`,
          ),
        ],
        score: score - (weakenedBy.length > 0 ? 0.1 : 0),
        at: null,
        cites: unique([...told.cites, ...(unscraped?.cites ?? [])]),
        weakenedBy,
      },
    ];
  },
};
