"use client";
/** What fires now and what ended lately, from every source; each row is a link to its page. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useRef, useState } from "react";
import { Virtualizer } from "virtua";
import styles from "@/components/alert-list.module.css";
import { AlertListRow } from "@/components/alert-list-row";
import { type AlertRow, alertRows, countsOf, inPlace, newsOf } from "@/components/alert-list-rows";
import { AlertSources } from "@/components/alert-list-sources";
import { type AlertEnvironment, type Counts, countWords, newsWords } from "@/components/alert-list-words";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { useZoneChoice, zoneOf } from "@/components/ui/zone-choice";
import { useAlertHands } from "@/components/use-alert-hands";
import { type Past, pasts, useAlerts, useHeld } from "@/components/use-alerts";
import type { AlertSource, ListedAlert } from "@/lib/alert-list";
import type { Instant } from "@/lib/signal/time";

/** What the server knew when it drew the page. */
export type FirstAlerts = {
  readonly now: Instant;
  /** The console's clock stands still. */
  readonly frozen: boolean;
  /** The one environment whose alerts are listed; null = all. */
  readonly only: string | null;
  /** Those that can tell of alerts. */
  readonly environments: readonly AlertEnvironment[];
  /** The first screen of rows; null = the sources were too slow, the browser asks. */
  readonly rows: readonly AlertRow[] | null;
  /** How many rows there are. */
  readonly total: number;
  readonly counts: Counts | null;
  readonly sources: readonly AlertSource[];
};

type Props = {
  readonly first: FirstAlerts;
  /** One that knows the answers already and asks nobody. */
  readonly told?: QueryClient;
};

export function AlertList({ first, told }: Props) {
  const [client] = useState(() => told ?? new QueryClient());
  return (
    <QueryClientProvider client={client}>
      <List first={first} />
    </QueryClientProvider>
  );
}

const nothing: readonly ListedAlert[] = [];
const rowHeight = 50;
const pastWords = (past: Past): string => past.replace(/(\d+)(\w)/, "$1 $2");

function List({ first }: { readonly first: FirstAlerts }) {
  const [past, setPast] = useState<Past>("24h");
  const [search, setSearch] = useState("");
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [still, setStill] = useState(false);
  const { data, error, isFetching } = useAlerts(past, first.only, first.frozen ? first.now : null);
  const zone = zoneOf(useZoneChoice(), null);
  const fresh = data?.alerts ?? nothing;
  const { held, release } = useHeld(fresh, still);
  const wanted = useDeferredValue(search);
  const laid = useMemo(() => alertRows(held, { search: wanted, toggled }), [held, wanted, toggled]);
  const rows = data ? (held === fresh ? laid : inPlace(laid, fresh)) : (first.rows ?? []);
  const total = data ? rows.length : first.total;
  const now = data?.now ?? first.now;
  const news = newsOf(held, fresh);
  const counts = data ? countsOf(held) : first.counts;
  const field = useRef<HTMLDivElement>(null);
  const { box, list, active, setActive } = useAlertHands(rows, field, setStill);
  const newsText = newsWords(news);
  const drawn = (row: AlertRow, index: number) => (
    <AlertListRow
      key={row.key}
      row={row}
      now={now}
      zone={zone}
      environments={first.environments}
      past={pastWords(past)}
      reachable={index === active}
      onToggle={() => {
        setActive(index);
        setToggled(flipped(toggled, row.key));
      }}
    />
  );
  return (
    <section className={styles.alerts} aria-labelledby="alerts" data-alerts={data ? "told" : "first"}>
      <header className={styles.head}>
        <h2 id="alerts">Alerts</h2>
        <span className={styles.counts}>
          {counts ? countWords(counts) : "asking"}
          {first.only !== null && (
            <>
              {` in ${first.only} · `}
              <a href="/">all environments</a>
            </>
          )}
        </span>
        <span className={styles.news} role="status">
          {newsText !== "" && (
            <Button look="link" onClick={release}>
              {newsText}: show
            </Button>
          )}
        </span>
        <div ref={field} className={styles.search}>
          <Field
            look="bare"
            type="search"
            label="Search names, labels, annotations"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Escape" || search === "") return;
              event.preventDefault();
              setSearch("");
            }}
          />
        </div>
        <Select
          label="How far back"
          quiet
          value={past}
          options={pasts.map((value) => ({ value, title: `last ${pastWords(value)}` }))}
          onChoose={(value) => setPast(pasts.find((each) => each === value) ?? "24h")}
        />
      </header>
      <AlertSources
        sources={data?.sources ?? first.sources}
        problem={error && !isFetching ? `The list could not be refreshed: ${error.message}` : ""}
      />
      <div
        ref={box}
        className={styles.box}
        style={{ "--rows": data || first.rows ? Math.max(total, 2) : 8, "--low": rows.filter(isLow).length }}
      >
        {!data && first.rows === null && <Skeleton rows={8} />}
        {!data && first.rows !== null && (
          <ul>
            {rows.map((row, index) => (
              <li key={row.key}>{drawn(row, index)}</li>
            ))}
          </ul>
        )}
        {data && (
          <Virtualizer ref={list} {...{ as: "ul", item: "li", itemSize: rowHeight }} data={rows} keepMounted={[active]}>
            {drawn}
          </Virtualizer>
        )}
      </div>
    </section>
  );
}

/** In a hand these are lower than an alert. */
const isLow = ({ kind }: AlertRow): boolean => kind === "section" || kind === "none";

function flipped(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(keys);
  if (!next.delete(key)) next.add(key);
  return next;
}
