/** By what two requests are one run: what is made ahead for a message is what its link asks for. */
import { printAddressMapping } from "@/lib/address-mapping";
import { printLead } from "@/lib/lead";
import type { RunKey } from "@/lib/run";
import { serviceKey } from "@/lib/signal/service";
import type { InvestigationRequest } from "@/lib/stream/request";

export const runKeyOf = ({ lead, window, deep, mappings, service = null }: InvestigationRequest): RunKey => ({
  ...{ lead: printLead(lead), environment: lead.environment, window, deep },
  mappings: mappings.map(printAddressMapping),
  service: service && serviceKey(service),
});
