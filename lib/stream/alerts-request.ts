/** `GET /api/alerts?environment=…&past=24h` -> which environments, how far back; or the field that is wrong. */
import { z } from "zod";
import type { EnvironmentSetting, Setting } from "@/lib/setting";
import { day, hour, minute } from "@/lib/signal/time";

export type AlertsRequest = {
  readonly environments: readonly EnvironmentSetting[];
  /** ms; 0 = only what is active. */
  readonly past: number;
};
export type ParsedAlertsRequest =
  | { readonly ok: true; readonly request: AlertsRequest }
  | { readonly ok: false; readonly field: string; readonly error: string };

const longest = 30 * day;
const units: Readonly<Record<string, number>> = { m: minute, h: hour, d: day };

const fields = z.strictObject({
  environment: z.array(z.string()).default([]),
  past: z
    .string()
    .regex(/^\d{1,4}[mhd]$/, "expected a duration such as 24h, 90m or 7d")
    .transform((text) => Number(text.slice(0, -1)) * (units[text.slice(-1)] ?? 0))
    .pipe(z.number().max(longest, "the past reaches back 30 d at most"))
    .default(0),
});

export function parseAlertsRequest(search: URLSearchParams, { environments }: Setting): ParsedAlertsRequest {
  const { environment, ...rest } = Object.fromEntries([...search.keys()].map((name) => [name, search.get(name)]));
  const raw = { ...rest, ...(environment === undefined ? {} : { environment: search.getAll("environment") }) };
  const parsed = fields.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    if (issue?.code === "unrecognized_keys")
      return wrong(issue.keys[0] ?? "query", `unknown parameter; known are ${Object.keys(fields.shape).join(", ")}`);
    return wrong(issue?.path.join(".") || "query", issue?.message ?? "not a request");
  }
  const wanted = parsed.data.environment.flatMap((text) => text.split(",")).filter((name) => name !== "");
  const unknown = wanted.find((name) => !environments.some((each) => each.name === name));
  if (unknown !== undefined)
    return wrong(
      "environment",
      `no environment "${unknown.slice(0, 60).replace(/[\p{Cc}\p{Cf}]/gu, "")}" is configured; there is ${environments.map(({ name }) => name).join(", ") || "none"}`,
    );
  const chosen = wanted.length === 0 ? environments : environments.filter(({ name }) => wanted.includes(name));
  return { ok: true, request: { environments: chosen, past: parsed.data.past } };
}

const wrong = (field: string, error: string): ParsedAlertsRequest => ({ ok: false, field, error });
