/** Which configured mappings speak of no service that was met here. Pure. */
import type { InvestigationState } from "@/components/investigation-state";
import { answersOf, type Purpose } from "@/lib/evidence";
import { isIdReading } from "@/lib/lead-kinds";
import type { EnvironmentSetting } from "@/lib/setting";
import { sightingOf } from "@/lib/sighting";
import { type Service, serviceKey } from "@/lib/signal/service";
import { servicesOf } from "@/lib/signal/trace";

export type Known = Pick<
  InvestigationState,
  "stream" | "hello" | "whose" | "identities" | "questions" | "evidence" | "now"
>;

const asked = (purpose: Purpose): readonly Service[] =>
  "services" in purpose ? purpose.services.map((each) => ("service" in each ? each.service : each)) : [];

/** All that a mapping may have been tried for, whether or not anything carried its labels: `shop/payment`, `cart`. */
export function servicesMet({ hello, whose, identities, questions, evidence, now }: Known): readonly string[] {
  const reading = hello?.lead.reading;
  const inLines = reading && isIdReading(reading) ? (sightingOf(reading, evidence, now)?.subjects ?? []) : [];
  const services = [
    ...(reading && "service" in reading ? [reading.service] : []),
    ...identities.map(({ service }) => service),
    ...questions.flatMap(({ purpose }) => asked(purpose)),
    ...answersOf(evidence, "trace").flatMap(({ answer }) => servicesOf(answer.trace)),
    ...inLines.map(({ service }) => service),
  ];
  return [...new Set([...services.map(serviceKey), ...whose.map(({ service }) => service)])];
}

/** Mappings of which none of these services has the name: each with its field, as the file has it. */
export function unusedMappings(environment: EnvironmentSetting | null, services: readonly string[]): readonly string[] {
  const names = new Set(services.flatMap((key) => [key, key.slice(key.lastIndexOf("/") + 1)]));
  return (environment?.mappings ?? []).flatMap(({ service, by }, index) =>
    by === "reader" || names.has(service)
      ? []
      : [`${service} (environments.${environment?.name ?? ""}.mappings[${index}])`],
  );
}

/** A large installation has fifty, of which one page meets a few. */
const mostNamed = 5;

/** "a (…); b (…) and 40 more"; "" where there is none, and until all services that will be met are known. */
export function unusedWords(environment: EnvironmentSetting | null, known: Known): string {
  if (known.stream !== "ended") return "";
  const unused = unusedMappings(environment, servicesMet(known));
  const more = unused.length - mostNamed;
  return `${unused.slice(0, mostNamed).join("; ")}${more > 0 ? ` and ${more} more` : ""}`;
}
