/** Which pods of which service run when, at which version: follows from the deploys. */
import { hex, mix, mixText } from "@/lib/demo/chance";
import { scrapeInterval } from "@/lib/demo/scrapes";
import type { Deploy, Scenario, ServiceScript } from "@/lib/demo/script";
import type { Teller } from "@/lib/demo/telemetry";
import { type Instant, second } from "@/lib/signal/time";

export type Pod = {
  /** Its place in the roster. */
  readonly number: number;
  readonly service: ServiceScript;
  readonly name: string;
  /** Where it is scraped, `ip:port`. */
  readonly address: string;
  readonly version: string;
  readonly revision: string;
  readonly from: Instant;
  /** When it is gone; Infinity while it lives. New requests go elsewhere `grace` before. */
  readonly until: number;
  /** Offset of its scrapes within the scrape interval, ms. */
  readonly phase: number;
  /** The same as its telemetry sees it. */
  readonly teller: Teller;
};

export type DatedDeploy = { readonly at: Instant; readonly what: Deploy };

/** A replaced pod finishes what it has begun. */
const grace = 30 * second;

/** Kubernetes leaves vowels and look-alikes out of generated names. */
const letters = "bcdfghjklmnpqrstvwxz2456789";
const suffix = (bits: number, length: number): string =>
  Array.from({ length }, (_, i) => letters[mix(bits, i) % letters.length]).join("");

function podsOf(
  service: ServiceScript,
  deploys: readonly DatedDeploy[],
  { platform, namespace }: Scenario,
  origin: Instant,
): Omit<Pod, "number">[] {
  const own = deploys
    .filter(({ what }) => what.service === service.name)
    .map(({ at, what: { version, revision } }) => ({ at, version, revision }));
  const { version, revision } = own.findLast(({ at }) => at <= origin) ?? service;
  const generations = [{ at: origin, version, revision }, ...own.filter(({ at }) => at > origin)];
  return generations.flatMap(({ at, version, revision }, generation) => {
    const bits = mix(mixText(service.name), generation, mixText(revision));
    const next = generations[generation + 1];
    return Array.from({ length: service.pods }, (_, i) => {
      const isKept = platform === "hosts";
      const name = isKept
        ? `${service.name}-${i + 1}`
        : `${service.name}-${hex(bits).replaceAll(/[aeiou013]/g, "7")}-${suffix(mix(bits, i), 5)}`;
      const address = `10.42.${mix(bits, 7) % 4}.${(mix(bits, i, 9) % 240) + 8}:8080`;
      const { name: own, language, buildInfo } = service;
      return {
        service,
        name,
        address,
        version,
        revision,
        from: at,
        until: next ? next.at + (isKept ? 0 : grace) : Number.POSITIVE_INFINITY,
        // What takes another's place under its name is scraped when that one was.
        phase: mix(isKept ? mixText(service.name) : bits, i, 3) % scrapeInterval,
        teller: {
          ...{ service: own, namespace, pod: name, number: i, address, version, revision, language, buildInfo },
          from: at,
        },
      };
    });
  });
}

export type Roster = {
  readonly pods: readonly Pod[];
  /** The pods that take new requests of a service at `at` (ms); never empty from the origin on. */
  readonly serving: (service: string, at: number) => readonly Pod[];
};

/** `deploys` ascending in time; those before the origin only say what runs there, for before it there is nothing. */
export function rosterOf(scenario: Scenario, deploys: readonly DatedDeploy[], origin: Instant): Roster {
  const pods = scenario.services
    .flatMap((service) => podsOf(service, deploys, scenario, origin))
    .map((pod, number): Pod => ({ ...pod, number }));
  const generations = new Map(
    scenario.services.map((service) => {
      const own = Map.groupBy(
        pods.filter((pod) => pod.service === service),
        ({ from }) => from,
      );
      // Newest first: who asks, mostly asks of today.
      return [service.name, [...own].map(([from, serving]) => ({ from, serving })).reverse()] as const;
    }),
  );
  return {
    pods,
    serving: (service, at) => generations.get(service)?.find(({ from }) => from <= at)?.serving ?? [],
  };
}
