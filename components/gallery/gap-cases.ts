/** One gap of each reason, drawn as text: `reason: what it says -> what to do next`. */
import { gapOf } from "@/components/gallery/draw";
import { type Gap, gapReasons } from "@/lib/evidence";

const drawn = `
  none-in-window: No line of payment between 13:33:00Z and 14:18:00Z. ->
  not-found: Tempo has no trace with this id. -> Was it sampled? Ask the service that began it.
  not-linked: The lines of payment carry no trace id. -> Write trace_id into the log lines.
  not-configured: No trace backend is configured for shop. -> To add Tempo, one more line under its upstreams is enough: - { kind: tempo, url: http://tempo:3200 }
  too-new: The trace ended 2 s ago; Tempo shows it after about 10 s. -> Look again.
  past-retention: Loki keeps 7 d; the window begins 9 d before now. -> Nothing brings them back; the trace may still be there.
  sampled-out: The parent says it was not sampled. -> Raise the sampling ratio of gateway.
  unauthorized: Grafana answered 401. -> Check the token that token_file names.
  refused: Prometheus at :9090 refused the connection. -> Is it running, and does it listen there?
  rate-limited: Loki answered 429: too many outstanding requests. -> It is asked again in 30 s.
  spared: Loki was overloaded at 14:17:40Z and is not asked until 14:18:10Z. -> Look again then.
  query-rejected: Loki rejected the query: parse error at line 1, col 24. -> Copy the query from the receipt and try it.
  timeout: Alertmanager did not answer in 10 s. -> Rebuilt from ALERTS where Prometheus keeps them.
  unreachable: tempo.shop.internal could not be resolved. -> Check the upstream's url.
  server-error: Tempo answered 502: bad gateway. -> Look at what stands before it.
  unreadable: Jaeger answered HTML where JSON was expected. -> Does its url lead to a login page?
  too-large: The trace is larger than 200 MB. -> Open it in Tempo itself.
  over-budget: Loki would read about 41 GB for this id. -> Search all the same
  cancelled: Nobody waited for it any more. -> Look again.
`;

const read = new Map(
  [...drawn.matchAll(/^ {2}([a-z-]+): (.*?) ->(?: (.*))?$/gm)].map(([, reason = "", text = "", next = ""]) => [
    reason,
    { text, next },
  ]),
);

/** In the order of `gapReasons`; throws for one that is not drawn. */
export const gapCases: readonly Gap[] = gapReasons.map((reason) => {
  const words = read.get(reason);
  if (!words) throw new Error(`no gap is drawn for ${reason}`);
  return gapOf(reason, words.text, words.next);
});
