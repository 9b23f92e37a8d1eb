/** The page's onset where the lead is an alert: its own series tell it, else its record. */
import { knownAlert } from "@/lib/alert-lead";
import type { Evidence } from "@/lib/evidence";
import { alertStartOf, neverHeld } from "@/lib/finding/alert-onset";
import type { Onset } from "@/lib/finding/finding";
import type { Lead } from "@/lib/lead";
import { type Instant, shift } from "@/lib/signal/time";

const telling = ["alerts", "alert-rules", "alert-record"];

/** For an alert whose series show no movement; null where the lead is none, or nothing of it is known. */
export function alertStarted({ reading }: Lead, known: readonly Evidence[], now: Instant): Onset | null {
  if (reading.kind !== "alert") return null;
  const alert = knownAlert(reading, known, now, []);
  // Pasted, and nobody knows that it ever fired: then it began at no time.
  const isUnheard = alert?.incident.state === "resolved" && alert.incident.endsAt === null;
  if (isUnheard && neverHeld(known)) return null;
  const drawn = alertStartOf(known);
  if (drawn) return drawn;
  if (!alert) return null;
  const { incident, rule } = alert;
  const at = incident.activeAt ?? shift(incident.startsAt, -(rule?.for ?? 0));
  const told = known.filter(({ question, answer }) => telling.includes(question.purpose.kind) && answer.kind !== "gap");
  const cites = told.map(({ question }) => question.id).sort();
  return { at, from: shift(at, -incident.within), to: at, cites, of: incident.name };
}
