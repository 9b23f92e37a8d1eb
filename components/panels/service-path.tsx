"use client";
/** Who calls the services of the path, and whom they call: how each is told, how much fails, and a way to each of them. */
import type { InvestigationState } from "@/components/investigation-state";
import { Panel } from "@/components/panels/panel";
import styles from "@/components/panels/service-path.module.css";
import {
  linkOf,
  type PathGroup,
  pathView,
  reachWords,
  toldWords,
  wayWords,
} from "@/components/panels/service-path-rows";
import type { ServiceTones } from "@/components/service-tones";
import { EmptyState } from "@/components/ui/empty-state";
import { harmless } from "@/components/ui/harmless";
import type { Edge } from "@/lib/signal/edge";
import { type Service, serviceKey, shortNames } from "@/lib/signal/service";
import type { Window } from "@/lib/signal/time";

type Place = { readonly environment: string | null; readonly window: Window | null };
type Props = { readonly state: InvestigationState; readonly tones: ServiceTones; readonly place: Place };
type Shown = Omit<Props, "state"> & { readonly nameOf: (service: Service) => string };

/** A hundred edges say nothing at a glance. */
const mostRows = 12;

export function ServicePath({ state, tones, place }: Props) {
  const { evidence, environment, explanation } = state;
  const { services, groups, reach } = pathView(evidence, environment, explanation.onset);
  const nameOf = shortNames(groups.flatMap(({ edges }) => edges.flatMap(({ from, to }) => [from, to])));
  const asked = evidence.filter(({ question }) => question.purpose.kind === "neighbours");
  return (
    <Panel
      id="path"
      title="Path"
      words={
        services.length > 0
          ? `${services.length} ${services.length === 1 ? "service" : "services"} and who stands beside`
          : undefined
      }
      evidence={asked}
    >
      {reach !== null && <p className={styles.reach}>{harmless(reachWords(reach))}</p>}
      {groups.length === 0 ? (
        <EmptyState
          text={
            state.stream === "open"
              ? "Who calls whom is not known yet."
              : "No span, no metric and no configuration seen here tells who calls whom."
          }
        />
      ) : (
        groups.map((group) => <Group key={group.title} group={group} tones={tones} place={place} nameOf={nameOf} />)
      )}
    </Panel>
  );
}

function Group({ group, ...shown }: Shown & { readonly group: PathGroup }) {
  const rest = group.edges.length - mostRows;
  return (
    <>
      <h3 className={styles.group}>{group.title}</h3>
      <ul className={styles.edges}>
        {group.edges.slice(0, mostRows).map((edge) => (
          <li key={`${serviceKey(edge.from)} ${serviceKey(edge.to)} ${wayWords(edge)}`}>
            <span>
              <Name service={edge.from} edge={edge} {...shown} />{" "}
              <span className={styles.way}>{harmless(wayWords(edge))}</span>{" "}
              <Name service={edge.to} edge={edge} {...shown} />
            </span>
            <span className={styles.count} data-failed={(edge.failed ?? 0) > 0}>
              {countWords(edge)}
            </span>
            <span className={styles.told}>{toldWords(edge)}</span>
          </li>
        ))}
      </ul>
      {rest > 0 && <p className={styles.rest}>and {rest} more</p>}
    </>
  );
}

function countWords({ requests, failed }: Edge): string {
  if (requests === null) return "";
  const all = `${requests.toLocaleString("en-US")} ${requests === 1 ? "request" : "requests"}`;
  return failed === null || failed === 0 ? all : `${all}, ${failed.toLocaleString("en-US")} failed`;
}

function Name({ service, edge, tones, place, nameOf }: Shown & { readonly service: Service; readonly edge: Edge }) {
  const link = edge.outside ? null : linkOf(service, place.environment, place.window);
  const name = <b style={{ color: tones(service.name) }}>{harmless(nameOf(service))}</b>;
  return link === null ? name : <a href={link}>{name}</a>;
}
