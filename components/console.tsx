"use client";
/** The one page of an investigation. The only file that knows all panels; the one place that writes the URL. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useEffect, useMemo, useState } from "react";
import { flushSync } from "react-dom";
import styles from "@/components/console.module.css";
import { ConsoleActions } from "@/components/console-actions";
import { ConsoleFoot } from "@/components/console-foot";
import type { Narrow } from "@/components/console-lower";
import { Notices } from "@/components/console-notices";
import { rememberLead } from "@/components/home-recent";
import { LeadBox } from "@/components/lead-box";
import { PageHeader } from "@/components/page-header";
import { Ledger } from "@/components/panels/ledger";
import { Story } from "@/components/panels/story";
import { Timeline } from "@/components/panels/timeline";
import { serviceTones } from "@/components/service-tones";
import { EnvironmentContext } from "@/components/ui/environment";
import { EnvironmentSelect } from "@/components/ui/environment-select";
import { SearchDeepContext } from "@/components/ui/search-deep";
import { Tabs } from "@/components/ui/tabs";
import { ZoneContext } from "@/components/ui/zone";
import { useZoneChoice, zoneOf } from "@/components/ui/zone-choice";
import { type Address, addressOfLead, printAddress } from "@/components/url-state";
import { useInvestigation, type Wish } from "@/components/use-investigation";
import type { Phrase } from "@/lib/findings";
import type { Reading } from "@/lib/lead";
import { traceOf } from "@/lib/slot";

// The first screen needs none of it; its place is kept.
const Lower = dynamic(() => import("@/components/console-lower").then(({ ConsoleLower }) => ConsoleLower), {
  loading: () => <div id="two" className={styles.place} />,
});

type Props = {
  readonly address: Address;
  readonly kind: Reading["kind"];
  /** All that are configured, so that the choice is there before the first line. */
  readonly environments: readonly string[];
};

export function Console(props: Props) {
  const [client] = useState(() => new QueryClient());
  return (
    <QueryClientProvider client={client}>
      <Investigation {...props} />
    </QueryClientProvider>
  );
}

function Investigation({ address, kind, environments }: Props) {
  const router = useRouter();
  useEffect(() => rememberLead(address.lead), [address.lead]);
  const [wish, setWish] = useState<Wish>({ deep: false, again: 0 });
  const { state, resume } = useInvestigation(address, wish);
  const [chosenRow, setChosenRow] = useState<number | null | undefined>(undefined);
  const [narrow, setNarrow] = useState<Narrow>("lines");
  const choice = useZoneChoice();
  const environmentZone = state.environment?.zone ?? null;
  const zone = useMemo(() => zoneOf(choice, environmentZone), [choice, environmentZone]);
  const { evidence, identities } = state;
  const tones = useMemo(() => serviceTones({ evidence, identities }), [evidence, identities]);

  const trace = traceOf(evidence)?.answer.trace;
  const linkedRow = address.span === null ? -1 : (trace?.spanId.indexOf(address.span) ?? -1);
  const selected = chosenRow === undefined ? (linkedRow < 0 ? null : linkedRow) : chosenRow;
  const selectedSpan = selected === null ? null : (trace?.spanId[selected] ?? null);
  useAddress(
    address,
    state.environment?.name ?? null,
    state.window,
    chosenRow === undefined ? address.span : selectedSpan,
  );

  const onSlot = (slot: string): void => {
    // At once: the jump that follows needs the panel on the page.
    if (slot === "lines" || slot === "trace") flushSync(() => setNarrow(slot));
  };
  const onTarget = ({ slot, row }: NonNullable<Phrase["target"]>): void => {
    onSlot(slot);
    if (slot === "trace" && row !== null) setChosenRow(row);
  };
  const searchDeep = useMemo(
    () => (wish.deep ? null : () => setWish((before) => ({ ...before, deep: true }))),
    [wish.deep],
  );
  const environment = (
    <EnvironmentSelect
      names={environments}
      chosen={address.environment ?? state.environment?.name ?? null}
      onChoose={(name) => router.push(printAddress({ ...addressOfLead(address.lead), environment: name }))}
    />
  );
  return (
    <ZoneContext value={zone}>
      <EnvironmentContext value={state.environment}>
        <SearchDeepContext value={searchDeep}>
          <PageHeader
            box={<LeadBox lead={address.lead} kind={kind} />}
            environment={environment}
            environmentZone={environmentZone}
          />
          <main id="main" className={styles.console} aria-busy={state.stream === "open"}>
            <Story
              state={state}
              onTarget={onTarget}
              actions={
                <ConsoleActions
                  state={state}
                  onResume={resume}
                  onAgain={() => setWish((before) => ({ ...before, again: before.again + 1 }))}
                />
              }
            />
            <Ledger state={state} onSlot={onSlot} />
            <Timeline state={state} zone={zone} />
            <div className={styles.narrowTabs}>
              <Tabs
                label="Log lines or trace"
                controls="two"
                chosen={narrow}
                onChoose={setNarrow}
                tabs={[
                  { key: "lines", title: "Log lines" },
                  { key: "trace", title: "Trace" },
                ]}
              />
            </div>
            <Lower
              state={state}
              tones={tones}
              narrow={narrow}
              selected={selected}
              onSelect={setChosenRow}
              onTarget={onTarget}
            />
          </main>
          <ConsoleFoot state={state} />
          <Notices notices={state.notices} />
        </SearchDeepContext>
      </EnvironmentContext>
    </ZoneContext>
  );
}

/**
 * Writes what the server resolved into the address: opened again it is equal. A window that the link already named stays
 * as it was named. Replaces, never pushes: looking around is no history.
 */
function useAddress(opened: Address, environment: string | null, window: Address["window"], span: string | null): void {
  const resolved = opened.window ?? window;
  const named = opened.environment ?? environment;
  const path = printAddress({ ...opened, environment: named, window: resolved, span });
  const known = opened.window !== null || window !== null;
  useEffect(() => {
    if (!known) return;
    // The view belongs to the time block, which writes it itself.
    const view = new URLSearchParams(location.search).get("view");
    const next = view === null ? path : `${path}${path.includes("view=") ? "" : `&view=${view}`}`;
    if (`${location.pathname}${location.search}` !== next) history.replaceState(null, "", next);
  }, [path, known]);
}
