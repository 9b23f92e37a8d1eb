import { expect, test } from "vitest";
import type { Question } from "@/lib/evidence";
import { textOf } from "@/lib/finding/words";
import { explain } from "@/lib/findings";
import { isValid } from "@/lib/query/promql";
import { at, drawnLead, drawnWindow, traceAnswer } from "@/test/draw";
import { environment, everything, type Walk, walk } from "@/test/installation";
import { drawnPrometheus } from "@/test/recipes/drawn-metrics";

const now = drawnWindow.to;
const trace = traceAnswer("gateway GET / 0-900 [server]\n  tickets Sell 50-800 [server]", { start: at("14:03:12") });
const isOwn = ({ purpose }: Question): boolean =>
  purpose.kind === "own-counters" || (purpose.kind === "red" && purpose.recipe === "own-counters");

function walked(text: string, counter = "http_requests_total"): Walk {
  const prometheus = drawnPrometheus(text);
  return walk({
    ...{ lead: drawnLead, environments: [environment(everything)], now },
    world: {
      trace: ({ upstream }) => (upstream === "shop/tempo" ? trace : undefined),
      families: [
        { __name__: "http_requests_total", job: "gateway" },
        { __name__: counter, job: "tickets" },
      ],
      errorLabels: { grpc_server_requests_total: ["code"] },
      answer: (question) => (isOwn(question) ? prometheus(question) : undefined),
    },
  });
}
/** Titles of what is asked to be drawn, and of whom. */
const drawn = (text: string, counter?: string): string[] =>
  walked(text, counter).asked.flatMap(({ purpose }) =>
    purpose.kind === "red" && purpose.recipe === "own-counters"
      ? purpose.services.map(({ service, title }) => `${service.name}: ${title}`)
      : [],
  );

test("a counter of the service's own is drawn by the one label that tells its kinds apart", () => {
  const events = ["sold", "returned"]
    .map((type) => `events_total{job="tickets",instance="a:1",shard="7",type="${type}"}  + 30x90`)
    .join("\n");
  expect(drawn(events)).toEqual(['tickets: events_total{type="returned"}', 'tickets: events_total{type="sold"}']);
});

test("its series are read, judged, and named in the finding", () => {
  const { known } = walked(
    'events_total{job="tickets",outcome="done"}  + 300x90\nevents_total{job="tickets",outcome="dead"}  + 0x60 90x30',
  );
  const { findings } = explain(drawnLead, known, now, drawnWindow);
  expect(findings.map(({ sentence }) => textOf(sentence)).join("\n")).toContain(
    'tickets events_total{outcome="dead"} rose from 0 /s to 3 /s',
  );
});

test("an RPC's counter is drawn by its codes, what went well aside", () => {
  const codes = ["OK", "Aborted"].map(
    (code) => `grpc_server_requests_total{job="tickets",method="/t.Tickets/Sell",code="${code}"}  + 30x90`,
  );
  expect(drawn(codes.join("\n"), "grpc_server_requests_total")).toEqual([
    'tickets: grpc_server_requests_total{code="Aborted"}',
  ]);
});

test.each([
  [
    "what runtimes and frameworks count",
    'go_gc_cycles_total{job="tickets",type="a"}  + 1x90\ngo_gc_cycles_total{job="tickets",type="b"}  + 1x90',
  ],
  ["another service's", 'events_total{job="stranger",type="a"}  + 1x90\nevents_total{job="stranger",type="b"}  + 1x90'],
  ["a counter without kinds that tells no failures", 'sales_total{job="tickets"}  + 1x90'],
  [
    "a label with many values",
    Array.from({ length: 9 }, (_, i) => `sales_total{job="tickets",customer="c${i}"}  + 1x90`).join("\n"),
  ],
])("not drawn: %s", (_, text) => {
  expect(drawn(text)).toEqual([]);
});

test("failures counted without kinds are drawn as they are", () => {
  expect(drawn('sync_errors_total{job="tickets"}  + 1x90')).toEqual(["tickets: sync_errors_total"]);
});

test("of many counters those that tell failures are kept, and no more than twenty series", () => {
  const many = Array.from({ length: 9 }, (_, i) =>
    ["a", "b", "c", "d", "e"].map((type) => `c${i}_total{job="tickets",type="${type}"}  + 1x90`),
  ).flat();
  const told = drawn([...many, 'zzz_failed_total{job="tickets"}  + 1x90'].join("\n"));
  expect(told.length).toBeLessThanOrEqual(20);
  expect(told).toContain("tickets: zzz_failed_total");
});

test("every question it asks is valid", () => {
  const { asked } = walked(
    'events_total{job="tickets",type="a b\\"c"}  + 1x90\nevents_total{job="tickets",type="d"}  + 1x90',
  );
  const own = asked.filter(isOwn);
  expect(own).toHaveLength(2);
  expect(own.filter(({ text }) => !isValid(text))).toEqual([]);
});
