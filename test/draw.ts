/** What tests draw with: the same drawing as the gallery of panels, and a lead that no trace id is read from. */
import { drawnLead } from "@/components/gallery/draw";
import type { Lead } from "@/lib/lead";

export * from "@/components/gallery/draw";

export const correlationLead: Lead = {
  ...drawnLead,
  reading: { kind: "correlation-id", spelling: "ord-9f21-77", from: "as pasted" },
};
