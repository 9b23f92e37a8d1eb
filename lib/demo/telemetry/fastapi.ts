/**
 * FastAPI with its instrumentator and python-json-logger, by Compose on a host: status codes are counted in classes,
 * once by handler and once more, finer, without; lines are JSON with an id of its own field and a traceback in one.
 */
import { scrapeInterval } from "@/lib/demo/scrapes";
import { constant, instrument, type Telemetry } from "@/lib/demo/telemetry";
import type { Level } from "@/lib/signal/lines";

/** The instrumentator's own bounds: few with a handler, more without. */
const bounds = [0.1, 0.5, 1];
const fineBounds = [0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 7.5, 10, 30, 60];

const levelNames: Readonly<Record<Level, string>> = {
  trace: "DEBUG",
  debug: "DEBUG",
  info: "INFO",
  warn: "WARNING",
  error: "ERROR",
  fatal: "CRITICAL",
  unknown: "NOTSET",
};

/** `idField`: where a line carries the id. */
export const fastApi = (project: string, idField: string): Telemetry => {
  const podLabels: Telemetry["podLabels"] = ({ service, number }) => ({
    job: service,
    instance: `${service}${number > 0 ? `-${number + 1}` : ""}:8000`,
  });
  return {
    instruments: ({ measure, status }) => {
      if (measure?.kind !== "server") return [];
      const labels = { handler: measure.target, method: measure.method };
      return [
        instrument({
          counter: "http_requests_total",
          labels: { ...labels, status: `${Math.floor(status / 100)}xx` },
          isInHand: true,
        }),
        instrument({ family: "http_request_duration_seconds", labels, bounds }),
        instrument({ family: "http_request_duration_highr_seconds", bounds: fineBounds }),
      ];
    },
    podLabels,
    running: null,
    told: (teller) => {
      const labels = podLabels(teller);
      return [
        constant("up", labels),
        constant("python_info", {
          ...{ ...labels, implementation: "CPython", major: "3", minor: "12", patchlevel: "7", version: "3.12.7" },
        }),
        constant("process_start_time_seconds", labels, teller.from / 1_000),
        {
          labels: { __name__: "process_cpu_seconds_total", ...labels },
          value: (at) => 0.11 * Math.floor((at - teller.from) / scrapeInterval),
        },
      ];
    },
    line: ({ clock, level, text, fields: { logger = "app", ...fields }, teller, traceId }) => ({
      labels: {
        compose_project: project,
        compose_service: teller.service,
        container: `${project}-${teller.pod}`,
        stream: "stdout",
      },
      text: JSON.stringify({
        // As Python's logging writes it: milliseconds behind a comma, no zone.
        timestamp: clock.slice(0, 23).replace("T", " ").replace(".", ","),
        level: levelNames[level],
        logger,
        message: text,
        ...(traceId ? { [idField]: traceId } : {}),
        ...fields,
      }),
      metadata: {},
    }),
    spans: false,
  };
};
