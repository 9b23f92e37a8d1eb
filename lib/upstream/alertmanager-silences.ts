/** The silences that mute some of an Alertmanager's alerts: who, until when, why. Without an answer the ids must do. */
import "server-only";
import { z } from "zod";
import type { Silence } from "@/lib/signal/alert";
import { toInstant } from "@/lib/signal/time";
import { cleanText } from "@/lib/upstream/error-text";
import type { Http, Reading } from "@/lib/upstream/reply";

const silence = z.object({
  id: z.string(),
  createdBy: z.string().nullish(),
  comment: z.string().nullish(),
  endsAt: z.string().nullish(),
});

/** Fills in what the silences of a list say, with one more request where there are any. */
export async function withSilences(http: Http, reading: Reading, signal: AbortSignal): Promise<Reading> {
  const { answer } = reading;
  if (answer.kind !== "alerts" || !answer.alerts.some(({ silences }) => silences?.length)) return reading;
  const reply = await http.send({ method: "GET", path: "/api/v2/silences", parameters: [] }, signal);
  const told = reply.ok ? silencesIn(reply.value.bytes) : null;
  if (told === null) return { ...reading, notes: [...reading.notes, "who silenced them could not be read"] };
  const alerts = answer.alerts.map((alert) =>
    alert.silences ? { ...alert, silences: alert.silences.map((each) => told.get(each.id) ?? each) } : alert,
  );
  return { ...reading, answer: { kind: "alerts", alerts } };
}

function silencesIn(bytes: Uint8Array): ReadonlyMap<string, Silence> | null {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
  if (!Array.isArray(json)) return null;
  return new Map(
    json.flatMap((wire): [string, Silence][] => {
      const { data } = silence.safeParse(wire);
      if (!data) return [];
      const until = Date.parse(data.endsAt ?? "");
      return [
        [
          data.id,
          {
            id: data.id,
            by: cleanText(data.createdBy ?? "", 80),
            until: Number.isFinite(until) ? toInstant(until) : null,
            comment: cleanText(data.comment ?? "", 300),
          },
        ],
      ];
    }),
  );
}
