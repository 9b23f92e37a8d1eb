/** Leads that are no ids: alerts, services and changes, each on its own way to a time and the services around it. */
import type { AlertReading, ChangeReading, ServiceReading } from "@/lib/lead-kinds";
import { planAlert } from "@/lib/plan-alert";
import { planService } from "@/lib/plan-service";
import type { Plan, PlanInput } from "@/lib/planning";

export function planNamed(input: PlanInput, reading: AlertReading | ServiceReading | ChangeReading): Plan {
  return reading.kind === "alert" ? planAlert(input, reading) : planService(input, reading);
}
