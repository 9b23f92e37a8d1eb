/** What a user of such a system writes beside its upstreams: six lines at most, an entry a line. */
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { configSchema } from "@/lib/config/schema";
import { demoEnvironments } from "@/lib/demo/servers/environments";

const flow = (value: unknown): string => stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim();

/** A key a line, and beneath it each entry that has names of its own on one more. */
const yamlLines = (settings: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(settings).flatMap(([key, value]) =>
    Array.isArray(value) && value.some((entry) => typeof entry === "object")
      ? [`${key}:`, ...value.map((entry) => `  - ${flow(entry)}`)]
      : [`${key}: ${flow(value)}`],
  );

test.each(demoEnvironments.map((demo) => [demo.name, demo] as const))(
  "%s needs six lines beyond its upstreams at most, and they are a configuration",
  (name, { settings, backends }) => {
    const lines = yamlLines(settings);
    expect(lines.length, lines.join("\n")).toBeLessThanOrEqual(6);
    const read = parse(lines.join("\n")) ?? {};
    expect(read).toEqual(settings);
    const upstreams = backends.map((kind) => ({ kind, url: "http://127.0.0.1:1" }));
    const config = configSchema.safeParse({ environments: { [name]: { upstreams, ...read } } });
    expect(config.error?.issues).toBeUndefined();
  },
);
