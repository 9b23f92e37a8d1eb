/**
 * "payment wrote an error under this id: “charge failed” (TimeoutError: no answer)": without a trace that tells where it
 * breaks, the lines of the id themselves do. The first error is taken: those behind it mostly pass it on.
 */
import { answersOf, askedFor, type Found } from "@/lib/evidence";
import { type Claim, citesOf, isAllOf, isPending, missingFor } from "@/lib/finding/seen";
import { cite, plain, plural, quoted, withoutStop } from "@/lib/finding/words";
import { composeService } from "@/lib/signal/line-service";
import { type LogLines, lineInstant, lineLabels } from "@/lib/signal/lines";
import { messageKeys, unwrapped } from "@/lib/signal/nested-fields";
import type { Instant } from "@/lib/signal/time";

/** A longer line is read no further: its message stands in front. */
const mostRead = 20_000;
const nameLabels = ["service_name", "service", "app", "application", "container", "k8s_container_name"];
const exceptionKeys = ["exc_info", "exception", "error", "err", "stack_trace", "stacktrace", "exception.stacktrace"];

type Failing = { readonly lines: LogLines; readonly row: number; readonly at: Instant };

/** Of several upstreams the same line may come twice: which of them is cited does not matter. */
function failingOf(found: readonly Found<"lines">[]): Failing[] {
  const all = found.flatMap(({ answer: { lines } }) =>
    lines.level.flatMap((level, row): Failing[] =>
      level === "error" || level === "fatal" ? [{ lines, row, at: lineInstant(lines, row) }] : [],
    ),
  );
  const key = ({ lines, row, at }: Failing): string => `${at} ${lines.text[row] ?? ""}`;
  return [...new Map(all.map((each) => [key(each), each])).values()].toSorted(
    (a, b) => a.at - b.at || (key(a) < key(b) ? -1 : 1),
  );
}

const serviceIn = (lines: LogLines, row: number): string => {
  const labels = lineLabels(lines, row);
  return composeService(labels) ?? nameLabels.flatMap((label) => labels[label] ?? [])[0] ?? "";
};

/** "play failed", a few ms after "prize p-118 is out of stock": what the same service warned of last says why. "" = nothing. */
function warningBefore(found: readonly Found<"lines">[], first: Failing, service: string): string {
  const warned = found.flatMap(({ answer: { lines } }) =>
    lines.level.flatMap((level, row) => {
      const at = lineInstant(lines, row);
      const isNear = at <= first.at && at >= first.at - justBefore;
      return level === "warn" && isNear && serviceIn(lines, row) === service
        ? [{ at, text: lines.text[row] ?? "" }]
        : [];
    }),
  );
  const [last] = warned.toSorted((a, b) => b.at - a.at || (a.text < b.text ? -1 : 1));
  return last ? wordsOf(last.text).message : "";
}
/** ms */
const justBefore = 1_000;

function fieldsOf(text: string): ReadonlyMap<string, string> {
  if (!text.startsWith("{") || text.length > mostRead) return new Map();
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return new Map();
    const fields = Object.entries(unwrapped({ ...value }));
    return new Map(fields.filter((pair): pair is [string, string] => typeof pair[1] === "string"));
  } catch {
    return new Map();
  }
}

/** Python writes what was raised last, others first; a frame is neither. */
function raised(trace: string): string {
  const rows = trace.trim().split(/\r?\n/);
  return (/^Traceback /.test(rows[0] ?? "") ? rows.at(-1) : rows[0])?.trim() ?? "";
}

/** The message, and what was raised where it says more than the message. */
function wordsOf(text: string): { readonly message: string; readonly cause: string } {
  const fields = fieldsOf(text);
  const first = (keys: readonly string[]): string => keys.map((key) => fields.get(key) ?? "").find(Boolean) ?? "";
  const [message, cause] = [first(messageKeys.filter((key) => key !== "error")), raised(first(exceptionKeys))];
  const logfmt = /(?:^|\s)(?:msg|message)="((?:[^"\\]|\\.)*)"/.exec(text.slice(0, mostRead))?.[1];
  const [line = ""] = text.slice(0, mostRead).split(/\r?\n/);
  const said = message || (logfmt ?? (fields.size > 0 ? cause : line));
  // `TypeError: no such field` behind "failed: no such field" adds its type alone.
  const detail = /^[\w.$]+: (.*)$/.exec(cause)?.[1] ?? cause;
  const adds = detail !== "" && said.includes(detail) ? (/^[\w.$]+(?=: )/.exec(cause)?.[0] ?? "") : cause;
  return { message: said, cause: adds === said ? "" : adds };
}

/** The status that was answered, and its usual words. */
const statusPhrase =
  /(?<![a-z])(?:answered|returned|responded|status(?:_?code)?|http)(?: with)?(?: status)?["\s:=]*5\d\d\b(?:["\s]*(?:internal server error|bad gateway|service unavailable|gateway time-?out))?/gi;
const failedWord = /^(?:fail(?:ed|s|ure)?|errors?|unsuccessful|not|cannot|unable)$/i;
/** Words that say no more than that something was asked; those of a slash, `=` or mere digits are paths, fields and ids. */
const idleWord =
  /^(?:get|post|put|patch|delete|head|options|https?|fatal|request|response|call(?:ing)?|service|server|upstream|backend|unexpected|the|an?|to|of|for|from|by|on|with|in|at|was|is|has|and|be|been|could|did|process(?:ed)?|handled?|completed?|m?s)$|^(?!(?:err|msg|message|detail|reason|cause|exception)\w*=)\S*[/=]|^(?:5xx|[\d.:]+m?s?|[0-9a-f-]{8,})$/i;

/** It tells with which status was answered, and nothing of why: "order failed: answered 500". No clause holds more than a name. */
function isMereAnswer(message: string, cause: string, names: ReadonlySet<string>): boolean {
  const rest = message.replace(statusPhrase, " 5xx ");
  if (cause !== "" || rest === message) return false;
  return rest.split(/[:;,.](?=\s|$)|\s[-–—|]\s/).every((clause) => {
    const words = clause.match(/[^\s"'()[\]{}]+/g) ?? [];
    const says = (word: string): boolean => !failedWord.test(word) && !idleWord.test(word) && !names.has(word);
    const more = words.filter(says);
    return more.length === 0 || (more.length === 1 && words.some((word) => word === "5xx" || failedWord.test(word)));
  });
}

export const failingLine: Claim = {
  reads: ["lines-of-id", "trace-by-id"],
  judge: (seen) => {
    if (seen.origin !== null || isPending(seen, ["trace-by-id"])) return [];
    const found = answersOf(askedFor(seen.known, "lines-of-id"), "lines");
    const failing = failingOf(found);
    const [first] = failing;
    if (!first) return [];
    const service = serviceIn(first.lines, first.row);
    const { message, cause } = wordsOf(first.lines.text[first.row] ?? "");
    const cites = citesOf(found.filter(({ answer }) => answer.lines === first.lines));
    const warning = cause === "" ? warningBefore(found, first, service) : "";
    // Whoever is named says no more than the status: "gateway: status 500".
    const names = new Set([service, ...seen.path.map(({ name }) => name)]);
    const others = failing.length - 1;
    const atLeast = isAllOf(seen, ["lines-of-id"]) ? "" : "at least ";
    const weakenedBy = missingFor(seen, ["trace-by-id", "lines-of-id"]);
    return [
      {
        id: `failing-line ${service}`,
        kind: "failing-line",
        sentence: [
          plain(`${service === "" ? "An error was written" : `${service} wrote an error`} under this id: `),
          cite(`“${withoutStop(quoted(message, 110))}”`, "error", cites, "lines"),
          plain(
            `${cause === "" ? "" : ` (${withoutStop(quoted(cause, 80))})`}${warning === "" ? "" : `, right after the warning “${withoutStop(quoted(warning, 80))}”`}${others > 0 ? `, and ${atLeast}${plural(others, "more error line")}` : ""}.`,
          ),
        ],
        score: (seen.trace ? 0.55 : 0.8) - (weakenedBy.length > 0 ? 0.05 : 0),
        ...(isMereAnswer(message, cause, names) ? { symptom: true } : {}),
        at: first.at,
        cites,
        weakenedBy,
      },
    ];
  },
};
