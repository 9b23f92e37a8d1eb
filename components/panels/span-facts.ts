/** What there is to say about one span: the row of a trace and what came behind it -> lists to draw. Pure. */
import { type Attributes, type AttributeValue, attributesOf, type TraceDetails } from "@/lib/signal/trace";

/** `id` is unique in its list: duplicate keys survive the wire. */
export type Fact = { readonly id: string; readonly key: string; readonly text: string };
export type SpanEvent = {
  readonly id: string;
  readonly name: string;
  /** ns after the trace's base. */
  readonly offset: number;
  /** "java.net.SocketTimeoutException: connect timed out", or null where the event is no exception. */
  readonly exception: string | null;
  readonly stack: string | null;
  readonly facts: readonly Fact[];
};
export type SpanFacts = {
  readonly message: string | null;
  readonly attributes: readonly Fact[];
  readonly events: readonly SpanEvent[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly facts: readonly Fact[] }[];
  /** Attributes have come for this row: they follow the skeleton. */
  readonly complete: boolean;
};

/** A value as it is read: text bare, everything else as JSON. */
export const printValue = (value: AttributeValue): string =>
  typeof value === "string" ? value : JSON.stringify(value);

const factsFrom = (pairs: readonly (readonly [string, AttributeValue])[]): Fact[] =>
  pairs
    .map(([key, value], at) => ({ id: `${key} ${at}`, key, text: printValue(value) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
export const factsOf = (attributes: Attributes): Fact[] => factsFrom(Object.entries(attributes));

const exceptionKeys = new Set(["exception.type", "exception.message", "exception.stacktrace"]);

export function spanFacts(details: TraceDetails, row: number): SpanFacts {
  return {
    message: details.statusMessages.find((status) => status.row === row)?.message ?? null,
    attributes: factsFrom(attributesOf(details, row)),
    events: details.events.filter((event) => event.row === row).map(eventOf),
    links: details.links
      .filter((link) => link.row === row)
      .map(({ traceId, spanId, attributes }) => ({ traceId, spanId, facts: factsOf(attributes) })),
    complete: details.attributes[row] !== undefined || details.attributes.length > row,
  };
}

/** OpenTelemetry's convention for exceptions: type, message and stack trace are attributes of the event. */
function eventOf({ name, offset, attributes }: TraceDetails["events"][number], place: number): SpanEvent {
  const text = (key: string): string | null => {
    const value = attributes[key];
    return value === undefined || value === null ? null : printValue(value);
  };
  const said = [text("exception.type"), text("exception.message")].filter((part) => part !== null);
  return {
    id: `${name} ${place}`,
    name,
    offset,
    exception: said.length > 0 ? said.join(": ") : null,
    stack: text("exception.stacktrace"),
    facts: factsOf(attributes).filter(({ key }) => said.length === 0 || !exceptionKeys.has(key)),
  };
}
