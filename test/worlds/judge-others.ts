/** Lines, trace, changes: whose streams were read, which spans came, which changes the service is said to have had. */
import { changesOf } from "@/lib/changes";
import { matchersOf } from "@/lib/demo/servers/loki-index";
import { withServiceName } from "@/lib/demo/servers/loki-ingest";
import { selects } from "@/lib/engine/logql/filters";
import { answersOf, type Slot } from "@/lib/evidence";
import { labelsKey } from "@/lib/signal/labels";
import { lineInstant } from "@/lib/signal/lines";
import { minute, second } from "@/lib/signal/time";
import { servicesOf, spanCount } from "@/lib/signal/trace";
import { verdictOf } from "@/lib/slot";
import { type Cell, found, gap, isUnderTest, type Judged, wrong } from "@/test/worlds/cell";
import { isTrap, type Owner } from "@/test/worlds/drawing";

/** The first reason given in a slot. */
function saidIn(slot: Slot, { seen }: Judged): string | undefined {
  const gaps = seen.evidence.flatMap(({ question, answer }) =>
    question.slot === slot && answer.kind === "gap" ? [answer] : [],
  );
  return [...seen.unasked.filter((each) => each.slot === slot), ...gaps][0]?.text;
}

type Row = { readonly owner: Owner | undefined; readonly key: string };

function rowsOf(purpose: "lines-of-id" | "lines-around", { seen, placed }: Judged): Row[] {
  const owners = new Map(
    placed.drawing.streams.map(({ owner, stream }) => [labelsKey(withServiceName(stream.labels)), owner]),
  );
  const rows = answersOf(seen.evidence, "lines").flatMap(({ question, answer: { lines } }) =>
    question.purpose.kind !== purpose
      ? []
      : lines.text.map((text, row): Row => {
          const stream = lines.streams[lines.stream[row] ?? 0] ?? {};
          return { owner: owners.get(labelsKey(stream)), key: `${lineInstant(lines, row)} ${text}` };
        }),
  );
  return [...new Map(rows.map((row) => [row.key, row])).values()];
}

/** A decoy among the streams that were read around the lead, be it only to count their lines. */
function trapAround({ seen, placed }: Judged): string | undefined {
  const selectors = seen.questions.flatMap(({ purpose, call }) =>
    (purpose.kind === "lines-around" || purpose.kind === "lines-by-level") && "query" in call
      ? (call.query.match(/\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\}/) ?? [])
      : [],
  );
  const tests = selectors.map((selector) => selects(matchersOf(selector)));
  const read = placed.drawing.streams.filter(({ stream }) =>
    tests.some((test) => test(withServiceName(stream.labels))),
  );
  return read.map(({ owner }) => owner).find(isTrap)?.trap;
}

export function judgeLines(judged: Judged): Cell {
  const { placed } = judged;
  const [ofId, around] = [rowsOf("lines-of-id", judged), rowsOf("lines-around", judged)];
  const trap = ofId.map(({ owner }) => owner).find((owner) => owner !== undefined && isTrap(owner));
  const taken = trap && isTrap(trap) ? trap.trap : trapAround(judged);
  if (taken !== undefined) return wrong(`took the decoy: ${taken}`);
  const isOwn = ({ owner }: Row): boolean =>
    owner !== undefined && !isTrap(owner) && owner.service === placed.drawing.service;
  const [own, near] = [ofId.filter(isOwn).length, around.filter(isOwn).length];
  const wanted = Number(/(\d+) of the id/.exec(placed.drawing.expect.lines.words)?.[1] ?? 0);
  if (near > 0 && own === wanted) return found(`${own} of the id, ${near} around`);
  const said = saidIn("lines", judged);
  if (said === undefined || (near > 0 && placed.drawing.expect.lines.verdict === "found"))
    return wrong(`${own} lines of the id (drawn ${wanted}), ${near} around`);
  return gap(said);
}

export function judgeTrace(judged: Judged): Cell {
  const { placed, seen } = judged;
  const [evidence] = answersOf(seen.evidence, "trace");
  if (!evidence) {
    const said = saidIn("trace", judged);
    return said === undefined ? wrong("nothing is said of the trace") : gap(said);
  }
  const { trace } = evidence.answer;
  const wanted = Number(/(\d+) spans/.exec(placed.drawing.expect.trace.words)?.[1] ?? Number.NaN);
  const passed = servicesOf(trace).some((service) => isUnderTest(placed, service));
  return spanCount(trace) === wanted && passed
    ? found(`${wanted} spans`)
    : wrong(`${spanCount(trace)} spans, drawn ${wanted}${passed ? "" : "; not through the service"}`);
}

/** A change is first seen by the next sample, or the next trace. */
const seenWithin = 3 * minute;

export function judgeChanges(judged: Judged): Cell {
  const { placed, seen } = judged;
  const { words } = placed.drawing.expect.changes;
  const [version = ""] = words.split(/\s+/);
  const drawnAt = placed.zero + Number(/ at (-?\d+)s/.exec(words)?.[1] ?? 0) * second;
  const own = changesOf(seen.evidence).filter(({ kind, service }) => kind !== "event" && isUnderTest(placed, service));
  const isMeant = (change: (typeof own)[number]): boolean =>
    change.version === version || change.title.includes(version);
  const other = own.find((change) => !isMeant(change));
  if (other) return wrong(`claims ${other.title} (${other.source})`);
  const [first] = own;
  if (first && (drawnAt < first.notBefore - seenWithin || drawnAt > first.at + seenWithin))
    return wrong(`${first.title} is placed ${Math.round((first.at - drawnAt) / second)} s off`);
  if (own.length > 1) return wrong(`one change is told ${own.length} times`);
  if (first) return found(`${first.title} (${first.source})`);
  // What the page says in their place: none seen by those who were asked, or why nobody was.
  const { headline, detail } = verdictOf("changes", { ...seen, ended: true });
  return headline === "" ? wrong("nothing is said of changes") : gap(`${headline}: ${detail}`);
}
