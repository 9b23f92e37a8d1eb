/**
 * What is looked at, as a URL and back: `/investigate?environment=&lead=&from=&to=[&map=]*[&view=][&service=][&span=]`.
 * Times are RFC 3339 with milliseconds, UTC; `view` is `<from>/<to>` (ISO 8601 interval). Pure; what cannot be read is null.
 */
import { type Instant, parseInstant, printInstant, type Window } from "@/lib/signal/time";

export type Address = {
  /** As printed by `printLead`: never the whole pasted text. */
  readonly lead: string;
  readonly environment: string | null;
  readonly window: Window | null;
  /** The zoom, within or beyond the window; null = the window itself. */
  readonly view: Window | null;
  /** Of an alert: whom the reader looks at in place of those it names, as `parseAddressService` reads it. */
  readonly service: string | null;
  /** What the reader said services are called, each as `printAddressMapping` writes it: kept as it stands, read by the server. */
  readonly mappings: readonly string[];
  /** Span id of the chosen span. */
  readonly span: string | null;
};

export const addressOfLead = (lead: string): Address => ({
  lead,
  environment: null,
  window: null,
  mappings: [],
  view: null,
  service: null,
  span: null,
});

/** Any query string: unknown names are ignored; a window needs both ends, in order. */
export function parseAddress(search: URLSearchParams): Address {
  const text = (name: string): string | null => search.get(name) || null;
  const [viewFrom, viewTo] = (text("view") ?? "").split("/");
  return {
    lead: search.get("lead") ?? "",
    environment: text("environment"),
    window: windowFrom(text("from"), text("to")),
    mappings: search.getAll("map").filter((text) => text !== ""),
    view: windowFrom(viewFrom ?? null, viewTo ?? null),
    service: text("service"),
    span: text("span"),
  };
}

/** The path with its query, names always in the same order, so that equal addresses are equal texts. */
export function printAddress({ lead, environment, window, mappings, view, service, span }: Address): string {
  const search = new URLSearchParams();
  if (environment !== null) search.set("environment", environment);
  search.set("lead", lead);
  if (window !== null) {
    search.set("from", printInstant(window.from));
    search.set("to", printInstant(window.to));
  }
  for (const mapping of mappings) search.append("map", mapping);
  if (view !== null) search.set("view", `${printInstant(view.from)}/${printInstant(view.to)}`);
  if (service !== null) search.set("service", service);
  if (span !== null) search.set("span", span);
  // Colons and slashes are legal in a query and far easier to read.
  return `/investigate?${search.toString().replaceAll("%3A", ":").replaceAll("%2F", "/")}`;
}

function windowFrom(from: string | null, to: string | null): Window | null {
  const start: Instant | undefined = parseInstant(from ?? "");
  const end: Instant | undefined = parseInstant(to ?? "");
  return start !== undefined && end !== undefined && start < end ? { from: start, to: end } : null;
}
