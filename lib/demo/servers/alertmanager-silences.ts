/** Silences, in memory: made, listed, ended. They begin empty and go with the process. */
import { randomUUID } from "node:crypto";
import { isMatching } from "@/lib/demo/servers/alertmanager-filter";
import type { Labels, Matcher } from "@/lib/signal/labels";
import { hour, type Instant, printInstant, toInstant } from "@/lib/signal/time";

type WireMatcher = {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
};
type Silence = {
  readonly id: string;
  readonly matchers: readonly WireMatcher[];
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly updatedAt: Instant;
  readonly createdBy: string;
  readonly comment: string;
};
/** A JSON body with its status. */
export type Reply = { readonly status: number; readonly body: unknown };

export type Silences = {
  readonly list: (filter: readonly Matcher[], now: Instant) => readonly object[];
  readonly find: (id: string, now: Instant) => object | undefined;
  readonly post: (text: string, now: Instant) => Reply;
  /** False where there is none of this id. */
  readonly end: (id: string, now: Instant) => boolean;
  /** Ids of the active silences that match. */
  readonly silencing: (labels: Labels, now: Instant) => readonly string[];
};

/** Ended ones stay listed this long (data.retention). */
const retention = 120 * hour;

const matcherOf = ({ name, value, isRegex, isEqual }: WireMatcher): Matcher => ({
  label: name,
  op: isEqual ? (isRegex ? "=~" : "=") : isRegex ? "!~" : "!=",
  value,
});
const stateAt = ({ startsAt, endsAt }: Silence, now: Instant): "pending" | "active" | "expired" =>
  now < startsAt ? "pending" : now < endsAt ? "active" : "expired";
const wire = (silence: Silence, now: Instant): object => ({
  ...silence,
  status: { state: stateAt(silence, now) },
  startsAt: printInstant(silence.startsAt),
  endsAt: printInstant(silence.endsAt),
  updatedAt: printInstant(silence.updatedAt),
});

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The body, or the words of the real one's validation. */
function readBody(
  text: string,
): { readonly silence: Omit<Silence, "id" | "updatedAt">; readonly id: string | null } | Reply {
  let told: unknown;
  try {
    told = JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return { status: 400, body: { code: 400, message: `parsing silence body from "" failed, because ${why}` } };
  }
  const body = isObject(told) ? told : {};
  const missing = ["comment", "createdBy", "endsAt", "matchers", "startsAt"].find((key) => body[key] === undefined);
  if (missing !== undefined) return { status: 422, body: { code: 602, message: `${missing} in body is required` } };
  const matchers = Array.isArray(body.matchers) ? body.matchers.filter(isObject) : [];
  if (matchers.length === 0)
    return { status: 422, body: { code: 612, message: "matchers in body should have at least 1 items" } };
  const at = (value: unknown): Instant => toInstant(Date.parse(String(value)));
  const silence = {
    matchers: matchers.map(({ name, value, isRegex, isEqual }) => ({
      name: String(name),
      value: String(value),
      isRegex: isRegex === true,
      isEqual: isEqual !== false,
    })),
    startsAt: at(body.startsAt),
    endsAt: at(body.endsAt),
    createdBy: String(body.createdBy),
    comment: String(body.comment),
  };
  return { silence, id: typeof body.id === "string" && body.id !== "" ? body.id : null };
}

export function createSilences(): Silences {
  const held = new Map<string, Silence>();
  const listed = (now: Instant): Silence[] => [...held.values()].filter(({ endsAt }) => endsAt > now - retention);
  return {
    list: (filter, now) =>
      listed(now)
        .filter(({ matchers }) =>
          filter.every((wanted) =>
            matchers.some(({ name, value }) => name === wanted.label && isMatching({ [name]: value }, wanted)),
          ),
        )
        .map((silence) => wire(silence, now)),
    find: (id, now) => {
      const silence = held.get(id);
      return silence && wire(silence, now);
    },
    post: (text, now) => {
      const read = readBody(text);
      if ("status" in read) return read;
      const { silence, id } = read;
      if (Number.isNaN(silence.startsAt) || Number.isNaN(silence.endsAt))
        return {
          status: 400,
          body: { code: 400, message: 'parsing silence body from "" failed, because a time cannot be read' },
        };
      if (silence.endsAt <= silence.startsAt)
        return { status: 400, body: "Failed to create silence: start time must be before end time" };
      if (silence.endsAt <= now)
        return { status: 400, body: "Failed to create silence: end time can't be in the past" };
      if (id !== null && !held.has(id)) return { status: 404, body: "silence not found" };
      const own = id ?? randomUUID();
      held.set(own, { ...silence, id: own, startsAt: toInstant(Math.max(silence.startsAt, now)), updatedAt: now });
      return { status: 200, body: { silenceID: own } };
    },
    end: (id, now) => {
      const silence = held.get(id);
      if (silence && silence.endsAt > now)
        held.set(id, { ...silence, startsAt: toInstant(Math.min(silence.startsAt, now)), endsAt: now, updatedAt: now });
      return silence !== undefined;
    },
    silencing: (labels, now) =>
      listed(now)
        .filter((silence) => stateAt(silence, now) === "active")
        .filter(({ matchers }) => matchers.every((each) => isMatching(labels, matcherOf(each))))
        .map(({ id }) => id)
        .sort(),
  };
}
