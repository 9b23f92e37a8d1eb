/** Leads that are no ids. */

import type { AlertReading, ChangeReading, ServiceReading } from "@/lib/lead-kinds";
import type { Plan, PlanInput } from "@/lib/plan";
export function planNamed(_input: PlanInput, _reading: AlertReading | ServiceReading | ChangeReading): Plan {
  return { environment: null, window: null, because: "", identities: [], questions: [], unasked: [], wake: null };
}
