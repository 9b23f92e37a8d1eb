"use client";
/** The one page of an investigation. The only file that knows all panels; the one place that writes the URL. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useEffect, useMemo, useState } from "react";
import { flushSync } from "react-dom";
import styles from "@/components/console.module.css";
import { ConsoleActions } from "@/components/console-actions";
import { ConsoleKeys } from "@/components/console-keys";
import type { Narrow } from "@/components/console-lower";
import { Notices } from "@/components/console-notices";
import type { InvestigationState } from "@/components/investigation-state";
import { LeadBox } from "@/components/lead-box";
import { PageHeader } from "@/components/page-header";
import { citedMovement, laneId, storyMovement } from "@/components/panels/cited-series";
import { Ledger } from "@/components/panels/ledger";
import { nextFailed } from "@/components/panels/next-failed";
import { Story } from "@/components/panels/story";
import { headlineOf } from "@/components/panels/story-words";
import { rememberLead } from "@/components/recent";
import { serviceTones } from "@/components/service-tones";
import { EnvironmentContext } from "@/components/ui/environment";
import { EnvironmentSelect } from "@/components/ui/environment-select";
import { idsOfSlot, jumpTo } from "@/components/ui/jump";
import { SearchDeepContext } from "@/components/ui/search-deep";
import { SelectionContext } from "@/components/ui/selection";
import { Tabs } from "@/components/ui/tabs";
import { WindowMovesContext } from "@/components/ui/window-moves";
import { ZoneContext } from "@/components/ui/zone";
import { nextZone, useZoneChoice, zoneOf } from "@/components/ui/zone-choice";
import { useAddress } from "@/components/use-address";
import { useInvestigation } from "@/components/use-investigation";
import { useMoves } from "@/components/use-window-moves";
import { type Address, addressOfLead, printAddress } from "@/lib/address";
import type { Slot } from "@/lib/evidence";
import type { Phrase } from "@/lib/explanation";
import type { LeadReading } from "@/lib/lead";
import { traceOf } from "@/lib/slot";

// Drawn by the server, so that its place is there at once; its script comes behind the page's own.
const Timeline = dynamic(() => import("@/components/panels/timeline").then(({ Timeline }) => Timeline));

// The first screen needs none of it; its place is kept.
const Lower = dynamic(() => import("@/components/console-lower").then(({ ConsoleLower }) => ConsoleLower), {
  loading: () => <div id="two" className={styles.place} />,
});

const AlertFacts = dynamic(() =>
  import("@/components/panels/alert-facts").then(({ AlertFactsPanel }) => AlertFactsPanel),
);

const Foot = dynamic(() => import("@/components/console-foot").then(({ ConsoleFoot }) => ConsoleFoot));
const BackLink = dynamic(() => import("@/components/console-back").then(({ BackLink }) => BackLink), { ssr: false });

// Who is refused can wait for its words.
const Refused = dynamic(() => import("@/components/refusal").then(({ Refused }) => Refused));

type Props = {
  readonly address: Address;
  readonly kind: LeadReading["kind"];
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
  const { state, resume, lookAgain, searchDeep } = useInvestigation(address);
  const [chosenRow, setChosenRow] = useState<number | null | undefined>(undefined);
  const [narrow, setNarrow] = useState<Narrow>("lines");
  const [wanted, setWanted] = useState<string | null>(null);
  const moves = useMoves(address, state);
  const choice = useZoneChoice();
  const environmentZone = state.environment?.zone ?? null;
  const zone = useMemo(() => zoneOf(choice, environmentZone), [choice, environmentZone]);
  const { evidence, identities } = state;
  const tones = useMemo(() => serviceTones({ evidence, identities }), [evidence, identities]);

  const trace = traceOf(evidence)?.answer.trace;
  const linkedRow = address.span === null ? -1 : (trace?.spanId.indexOf(address.span) ?? -1);
  const selected = chosenRow === undefined ? (linkedRow < 0 ? null : linkedRow) : chosenRow;
  const selectedSpan = selected === null ? null : (trace?.spanId[selected] ?? null);
  const traceId = trace?.id ?? null;
  const selection = useMemo(
    () => (traceId === null || selectedSpan === null ? null : { traceId, spanId: selectedSpan }),
    [traceId, selectedSpan],
  );
  useRemembered(address, state);
  useAddress(
    address,
    state.environment?.name ?? null,
    state.window,
    chosenRow === undefined ? address.span : selectedSpan,
  );

  const onSlot = (slot: Slot, movement = slot === "spike" ? storyMovement(state.explanation) : null): void => {
    const lane = movement && laneId(movement);
    // At once: the jump needs its end on the page.
    flushSync(() => {
      if (slot === "lines" || slot === "trace") setNarrow(slot);
      if (lane !== null) setWanted(lane);
    });
    jumpTo([...(lane === null ? [] : [lane]), ...idsOfSlot(slot)]);
  };
  const onPhrase = (phrase: Phrase): void => {
    const { target } = phrase;
    if (target === null) return;
    onSlot(target.slot, target.slot === "spike" ? citedMovement(phrase, state.explanation.movements) : null);
    if (target.slot === "trace" && target.row !== null) setChosenRow(target.row);
  };
  const onError = (step: 1 | -1): void => {
    const row = trace ? nextFailed(trace, selected, step) : null;
    if (row === null) return;
    setChosenRow(row);
    onSlot("trace");
  };
  const onRows = (): void =>
    document.querySelector<HTMLElement>("#lines [data-row][tabindex='0'], #trace [role='treegrid']")?.focus();
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
          <WindowMovesContext value={moves}>
            <SelectionContext value={selection}>
              <PageHeader
                box={<LeadBox lead={address.lead} kind={kind} />}
                environment={environment}
                environmentZone={environmentZone}
              />
              <main id="main" className={styles.console} aria-busy={state.stream === "open"}>
                {state.refusal ? (
                  <Refused refusal={state.refusal} address={address} environments={environments} onAgain={resume} />
                ) : (
                  <>
                    <Story
                      state={state}
                      onPhrase={onPhrase}
                      actions={<ConsoleActions state={state} onResume={resume} onAgain={lookAgain} />}
                    />
                    <Ledger state={state} onSlot={onSlot} />
                    {kind === "alert" && <AlertFacts state={state} address={address} />}
                    <Timeline state={state} zone={zone} wanted={wanted} ofAlert={kind === "alert"} />
                    <div className={`${styles.narrowTabs} no-print`}>
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
                      address={address}
                      state={state}
                      tones={tones}
                      narrow={narrow}
                      selected={selected}
                      onSelect={setChosenRow}
                      onPhrase={onPhrase}
                    />
                  </>
                )}
              </main>
              <Foot
                state={state}
                keys={<ConsoleKeys onError={onError} onRows={onRows} onZone={() => nextZone(environmentZone)} />}
              />
              <BackLink />
              <Notices notices={state.notices} />
            </SelectionContext>
          </WindowMovesContext>
        </SearchDeepContext>
      </EnvironmentContext>
    </ZoneContext>
  );
}

/** The tab and the list of recent ones say what it was, once that is known. */
function useRemembered({ lead, environment }: Address, state: InvestigationState): void {
  const { explanation, stream } = state;
  const headline = headlineOf(explanation.story);
  const named = state.environment?.name ?? environment;
  const settled = stream !== "open";
  useEffect(() => rememberLead({ lead, environment: null, story: null, at: Date.now() }), [lead]);
  useEffect(() => {
    if (headline === "") return;
    if (settled) rememberLead({ lead, environment: named, story: headline, at: Date.now() });
  }, [lead, named, headline, settled]);
  useEffect(() => {
    if (headline === "") return;
    const title = `${headline} · Throughline`;
    const write = (): void => {
      if (document.title !== title) document.title = title;
    };
    write();
    // The server's own title may arrive after the story did.
    const observer = new MutationObserver(write);
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => observer.disconnect();
  }, [headline]);
}
