"use client";
/** One row of the list of alerts: a fold, or a link to the page of one firing. */
import styles from "@/components/alert-list.module.css";
import type { AlertRow, Section } from "@/components/alert-list-rows";
import {
  type AlertEnvironment,
  aboutOf,
  endedWords,
  lengthWords,
  quietWords,
  severityOf,
  silenceLink,
  whenWords,
} from "@/components/alert-list-words";
import { brief, harmless } from "@/components/ui/harmless";
import { Icon } from "@/components/ui/icon";
import { Tag } from "@/components/ui/tag";
import { printTime, type Zone } from "@/components/ui/zone";
import type { ListedAlert } from "@/lib/alert-list";
import { ownerOf } from "@/lib/signal/alert";
import { type Instant, parseInstant, printDuration } from "@/lib/signal/time";

export type RowTime = { readonly now: Instant; readonly zone: Zone };
type Props = RowTime & {
  readonly row: AlertRow;
  readonly environments: readonly AlertEnvironment[];
  /** Tab reaches it. */
  readonly reachable: boolean;
  readonly past: string;
  readonly onToggle: () => void;
};

export const sectionTitle: Readonly<Record<Section, string>> = {
  now: "Firing now",
  ended: "Ended lately",
  watching: "Watching the watchers",
};

export function AlertListRow({ row, reachable, past, onToggle, ...rest }: Props) {
  const fold = { "data-row": true, tabIndex: reachable ? 0 : -1 };
  switch (row.kind) {
    case "section":
      return (
        <h3 className={styles.section}>
          <button type="button" {...fold} aria-expanded={row.open} onClick={onToggle}>
            <Icon name="chevron" />
            {sectionTitle[row.section]} <span className={styles.number}>{row.count.toLocaleString("en-US")}</span>
          </button>
        </h3>
      );
    case "none":
      return <p className={styles.none}>{row.section === "now" ? "Nothing fires." : `Nothing ended in ${past}.`}</p>;
    case "group":
      return <Group row={row} fold={fold} onToggle={onToggle} {...rest} />;
    case "alert":
      return <Alert alert={row.alert} inGroup={row.inGroup} fold={fold} {...rest} />;
  }
}

type Fold = { readonly "data-row": boolean; readonly tabIndex: number };
type Common = RowTime & { readonly environments: readonly AlertEnvironment[]; readonly fold: Fold };

type GroupProps = Common & {
  readonly row: Extract<AlertRow, { kind: "group" }>;
  readonly onToggle: () => void;
};

function Group({ row, fold, onToggle, environments, now, zone }: GroupProps) {
  const { severity, services, quiet, since, over } = row;
  const at = parseInstant(since) ?? now;
  const time = (instant: Instant): string => printTime(instant, now, zone.zone);
  const about = [
    ...(quiet === 0 ? [] : [`${quiet} silenced or inhibited`]),
    ...(services.length > 1 ? [`${services.length} services`] : []),
  ];
  return (
    <button
      type="button"
      className={styles.row}
      aria-expanded={row.open}
      onClick={onToggle}
      {...fold}
      data-kind="group"
    >
      <span className={styles.severity}>
        <Icon name="chevron" />
        <Tag tone={over ? "plain" : severity.tone}>{brief(severity.word, 14)}</Tag>
      </span>
      <span className={styles.what}>
        <b>
          {brief(row.name, 200)} <i>× {row.count.toLocaleString("en-US")}</i>
        </b>
        {about.length > 0 && <span>{about.join(" · ")}</span>}
      </span>
      <span className={styles.whose}>{brief(services.slice(0, 3).join(", "), 80)}</span>
      <span className={styles.where}>{environments.length > 1 && brief(row.environment, 40)}</span>
      <span className={styles.since}>
        <b>{over ? whenWords(over, now, time) : `since ${time(at)}`}</b>
        <span>
          {over ? endedWords({ endsAt: over.endsAt, ended: null }, now) : printDuration(Math.max(0, now - at))}
        </span>
      </span>
    </button>
  );
}

type AlertProps = Common & { readonly alert: ListedAlert; readonly inGroup: boolean };

function Alert({ alert, inGroup, fold, environments, now, zone }: AlertProps) {
  const severity = severityOf(alert.labels);
  const time = (at: Instant): string => printTime(at, now, zone.zone);
  const environment = environments.find(({ name }) => name === alert.environment);
  const silence = environment ? silenceLink(alert, environment) : null;
  const quiet = quietWords(alert, time);
  const { service } = alert;
  const owner = ownerOf(alert);
  const isOver = alert.endsAt !== null;
  const length = lengthWords(alert, now);
  const isOften = isOver && alert.times > 1;
  return (
    <div className={styles.row} data-in-group={inGroup} data-state={alert.state}>
      <span className={styles.severity}>
        <Tag tone={alert.state === "resolved" ? "plain" : severity.tone}>{brief(severity.word, 14)}</Tag>
      </span>
      <span className={styles.what}>
        <a href={pathOf(alert.link)} {...fold}>
          {brief(alert.name, 200)}
        </a>
        <span>
          {brief([isOften ? length : "", quiet, aboutOf(alert)].filter((part) => part !== "").join(" · "), 300)}
        </span>
      </span>
      <span className={styles.whose}>
        {service !== null && brief(service, 80)}
        {owner !== null && <span>{brief(owner, 60)}</span>}
      </span>
      <span className={styles.where}>{environments.length > 1 && brief(alert.environment, 40)}</span>
      <span className={styles.since}>
        <b>{whenWords(alert, now, time)}</b>
        {/* From when to when it was stands above: how long needs no words. */}
        <span>{isOver ? endedWords(alert, now) : length}</span>
      </span>
      {silence !== null && (
        <a className={styles.silence} href={silence} target="_blank" rel="noreferrer" tabIndex={fold.tabIndex}>
          Silence<span className="only-heard"> {harmless(alert.name)}, opens a form</span>
        </a>
      )}
    </div>
  );
}

/** The reader stays on the address they came by, whatever the configured one is. */
const pathOf = (link: string): string => {
  const url = new URL(link, "http://console.invalid");
  return `${url.pathname}${url.search}`;
};
