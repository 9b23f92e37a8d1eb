/** Evidence -> every change that is known, each once: annotations, streams, versions in metrics and in spans. Pure. */
import { answersOf, type Evidence } from "@/lib/evidence";
import type { Change, ChangeKind } from "@/lib/signal/change";
import { instantOf, type Series } from "@/lib/signal/series";
import { type Service, sameService, serviceKey } from "@/lib/signal/service";
import { type Instant, minute, printDuration } from "@/lib/signal/time";
import { servicesOf } from "@/lib/signal/trace";

/** Sources that saw one deploy agree within this; a rollout of minutes is still one. */
const sameWithin = 2 * minute;

/** A moment at which one version of a service was seen running. */
type Sight = { readonly at: Instant; readonly version: string };

/** Nothing seen of a service for longer: a new version may have been there for any part of it. */
const idle = 10 * minute;

/** Sights in a row that make a return of kept spans a rollback: at half and half, four and four come by chance 1 in 256. */
const leastInARow = 4;

/**
 * First sights of a version while another one was seen before. One that comes back after another ran in between is a
 * rollback; where sights are sparse (kept spans), only if either was seen alone for a while: else both simply ran together.
 */
function changesInSights(
  service: Service,
  sights: readonly Sight[],
  { hole, sparse, source }: { hole: number; sparse: boolean; source: string },
): Change[] {
  const moments = [...Map.groupBy(sights, ({ at }) => at)].sort(([a], [b]) => a - b);
  const final = new Map(moments.flatMap(([at, group]) => group.map(({ version }) => [version, at] as const)));
  const count = (version: string, from: number, to: number): number =>
    sights.filter((sight) => sight.version === version && sight.at >= from && sight.at < to).length;
  const last = new Map<string, Instant>();
  let latest: Instant | undefined;
  const found: Change[] = [];
  for (const [at, group] of moments) {
    const versions = [...new Set(group.map(({ version }) => version))].sort();
    // The version that goes is the one replaced; another that stays is a library's, or a canary.
    const earlier = [...last].sort(
      ([a, atA], [b, atB]) => (final.get(a) ?? 0) - (final.get(b) ?? 0) || atB - atA || (a < b ? -1 : 1),
    );
    for (const version of latest === undefined ? [] : versions) {
      const seen = last.get(version);
      const between = earlier.find(([other, otherAt]) => {
        if (seen === undefined || other === version || otherAt <= seen || at - seen <= hole) return false;
        const gone = (final.get(other) ?? 0) < at;
        const alone = Math.min(count(other, seen, at), count(version, at, Number.POSITIVE_INFINITY));
        return !sparse || (gone && alone >= leastInARow);
      });
      const previous = (seen === undefined ? earlier.find(([other]) => other !== version) : between)?.[0];
      if (previous === undefined || latest === undefined) continue;
      const kind: ChangeKind = seen === undefined ? "deploy" : "rollback";
      const pause = at - latest;
      const wasIdle = pause > Math.max(hole, idle);
      found.push({
        id: `${kind} ${serviceKey(service)} ${version} ${at} ${source}`,
        kind,
        at,
        notBefore: latest,
        until: null,
        title: `${service.name} ${version}${wasIdle ? `, first seen after ${printDuration(pause)} without a sign of the service` : ""}`,
        service,
        version,
        previousVersion: previous,
        source,
        link: null,
        tags: wasIdle ? ["idle before"] : [],
      });
    }
    for (const version of versions) last.set(version, at);
    latest = at;
  }
  return found;
}

const sightsIn = (series: Series, version: string): Sight[] =>
  Array.from({ length: series.values.length }, (_, index) => index)
    .filter((index) => (series.values[index] ?? 0) > 0)
    .map((index) => ({ at: instantOf(series, index), version }));

function fromMetrics(known: readonly Evidence[]): Change[] {
  return answersOf(known, "series").flatMap(({ question: { purpose }, answer: { series } }) => {
    if (purpose.kind !== "versions-of-metrics") return [];
    const { versionLabel, services } = purpose;
    const step = series[0]?.step ?? 0;
    return services.flatMap(({ service, value, label = purpose.label }) =>
      changesInSights(
        service,
        series
          .filter(({ labels }) => labels[label] === value && (labels[versionLabel] ?? "") !== "")
          .flatMap((each) => sightsIn(each, each.labels[versionLabel] ?? "")),
        { hole: 2 * step, sparse: false, source: "version in metrics" },
      ),
    );
  });
}

const attribute = (attributes: Readonly<Record<string, string>>, name: string): string | undefined =>
  attributes[name] ?? attributes[`resource.${name}`];

function fromSpans(known: readonly Evidence[]): Change[] {
  const sights = new Map<string, { service: Service; sights: Sight[] }>();
  const add = (service: Service, sight: Sight): void => {
    const key = serviceKey(service);
    const held = sights.get(key) ?? { service, sights: [] };
    held.sights.push(sight);
    sights.set(key, held);
  };
  for (const { question, answer } of answersOf(known, "trace-hits")) {
    const { purpose } = question;
    if (purpose.kind !== "versions-of-spans") continue;
    for (const span of answer.hits.flatMap((hit) => hit.spans)) {
      const version = attribute(span.attributes, "service.version");
      const name = attribute(span.attributes, "service.name");
      const service =
        purpose.services.find((each) => each.name === name) ??
        (name === undefined && purpose.services.length === 1 ? purpose.services[0] : undefined);
      if (version && service) add(service, { at: span.at, version });
    }
  }
  return [...sights.values()].flatMap(({ service, sights: all }) =>
    changesInSights(service, all, { hole: minute, sparse: true, source: "version in spans" }),
  );
}

/** Every service that was asked for or passed by the trace; who they are decides which word of an annotation is one. */
function servicesKnown(known: readonly Evidence[]): Service[] {
  const all = known.flatMap(({ question: { purpose }, answer }) => [
    ...(answer.kind === "trace" ? servicesOf(answer.trace) : []),
    ...(purpose.kind === "red" || purpose.kind === "versions-of-metrics"
      ? purpose.services.map(({ service }) => service)
      : []),
    ...(purpose.kind === "versions-of-spans" ? purpose.services : []),
  ]);
  return [...new Map(all.map((service) => [serviceKey(service), service])).values()];
}

/** Words as services are named: letters, digits, and what joins them. `service:payment` and `app=payment` are two words. */
const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}._/-]+/u)
    .map((word) => word.replace(/^[./-]+|[./-]+$/g, ""));

/** `deploy payment 9.2.0 (a1b2c3d)`: a release number behind the service's name, where nothing tells the version apart. */
function withVersion(change: Change): Change {
  const { service, version, title, kind } = change;
  if (version !== null || service === null || (kind !== "deploy" && kind !== "rollback" && kind !== "rollout"))
    return change;
  const words = title.split(/[\s:@,()]+/);
  const at = words.findIndex((word) => word.toLowerCase().split("/").at(-1) === service.name.toLowerCase());
  const [, told] = /^v?(\d+(?:\.\d+)+[\w.+-]*)$/.exec(words[at + 1] ?? "") ?? [];
  return at >= 0 && told !== undefined ? { ...change, version: told } : change;
}

/** By its tags, else by its text; none where two services are named alike plausibly. */
function withService(change: Change, services: readonly Service[]): Change {
  if (change.service !== null) return change;
  for (const text of [change.tags.join(" "), change.title]) {
    const words = new Set(wordsOf(text));
    const named = services.filter(
      (service) => words.has(service.name.toLowerCase()) || words.has(serviceKey(service).toLowerCase()),
    );
    const names = new Set(named.map(({ name }) => name));
    if (named[0] && names.size === 1) return { ...change, service: named[0] };
  }
  return change;
}

const isRelease = ({ kind }: Change): boolean => kind === "deploy" || kind === "rollback" || kind === "rollout";

/** Names that one build has on several sides, the one that people say first: number, commit, task revision, digest. */
const forms = [/^v?\d+\.\d/, /^[0-9a-f]{7,40}$/, /^revision \d+$/, /^sha256:/] as const;
/** Index into `forms`; any other name comes behind the numbers. */
function formOf(version: string): number {
  const form = forms.findIndex((each) => each.test(version));
  return form < 0 ? 0.5 : form;
}

/** `v9.2.0`, `9.2.0` and `9.2.0-a1b2c3d` do not contradict one another. */
function isAlike(a: string, b: string): boolean {
  const [one = "", other = ""] = [a, b].map((each) => each.replace(/^v(?=\d)/, "")).sort((x, y) => x.length - y.length);
  return one === other || other.split(/[-+_]/).includes(one);
}

/** Only two names of one form contradict each other, and two of no form only where one and the same source tells both. */
function contradict({ version: a, source }: Change, { version: b, source: of }: Change): boolean {
  if (a === null || b === null || formOf(a) !== formOf(b)) return false;
  return !isAlike(a, b) && (formOf(a) !== 0.5 || source === of);
}

/** One deploy seen by two: same service, no contradiction of versions, times that touch within two minutes. */
function isSame(a: Change, b: Change): boolean {
  if (!isRelease(a) || !isRelease(b) || !a.service || !b.service || !sameService(a.service, b.service)) return false;
  // A rollout takes its time: what is first told of its last pod is told of it.
  const isNear = (one: Change, other: Change): boolean =>
    one.notBefore - sameWithin <= Math.max(other.at, other.until ?? 0);
  return isNear(a, b) && isNear(b, a) && !contradict(a, b);
}

/** The more exact time and the fuller description; sources joined. */
function united(a: Change, b: Change): Change {
  const [exact, other] = b.at - b.notBefore < a.at - a.notBefore ? [b, a] : [a, b];
  const sources = [...new Set([...exact.source.split(", "), ...other.source.split(", ")])].sort();
  const [version = null, also] = [exact.version, other.version]
    .flatMap((each) => each ?? [])
    .sort((one, two) => formOf(one) - formOf(two));
  const isOther = also !== undefined && also !== version;
  // Who knows the version that people say knows best what it was.
  const told = [exact, other].find((each) => each.version === version) ?? exact;
  return {
    ...exact,
    title: isOther && exact.service ? `${exact.service.name} ${version}` : told.title,
    kind: (["rollback", "deploy"] as const).find((kind) => a.kind === kind || b.kind === kind) ?? exact.kind,
    version,
    previousVersion: told.previousVersion ?? exact.previousVersion ?? other.previousVersion,
    link: exact.link ?? other.link,
    until: exact.until ?? other.until,
    tags: [...new Set([...exact.tags, ...other.tags, ...(isOther ? [also] : [])])],
    source: sources.join(", "),
  };
}

const compare = (a: Change, b: Change): number =>
  a.at - b.at || a.notBefore - b.notBefore || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Ascending in time; independent of the order in which the evidence came. */
export function changesOf(known: readonly Evidence[]): Change[] {
  const services = servicesKnown(known);
  const told = answersOf(known, "changes").flatMap(({ answer }) => answer.changes);
  const distinct = [...new Map(told.map((change) => [change.id, change])).values()];
  const all = [
    ...distinct.map((change) => withVersion(withService(change, services))),
    ...fromMetrics(known),
    ...fromSpans(known),
  ];
  const once: Change[] = [];
  for (const change of all.sort(compare)) {
    const same = once.findIndex((held) => isSame(held, change));
    const held = once[same];
    if (held) once[same] = united(held, change);
    else once.push(change);
  }
  return once.sort(compare);
}
