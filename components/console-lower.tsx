"use client";
/** What stands below the lanes: lines beside the trace, then findings and names. Loaded behind the first screen. */
import dynamic from "next/dynamic";
import styles from "@/components/console.module.css";
import type { InvestigationState } from "@/components/investigation-state";
import { FindingsList } from "@/components/panels/findings-list";
import { IdentityList } from "@/components/panels/identity-list";
import { LogLinesPanel } from "@/components/panels/log-lines";
import { TracePanel } from "@/components/panels/trace-waterfall";
import type { ServiceTones } from "@/components/service-tones";
import type { Address } from "@/lib/address";
import type { Phrase } from "@/lib/explanation";

const ServicePath = dynamic(() => import("@/components/panels/service-path").then(({ ServicePath }) => ServicePath));

/** On a narrow screen these two share one place. */
export type Narrow = "lines" | "trace";

export type LowerProps = {
  /** As it was opened. */
  readonly address: Address;
  readonly state: InvestigationState;
  readonly tones: ServiceTones;
  readonly narrow: Narrow;
  /** Row of the chosen span. */
  readonly selected: number | null;
  readonly onSelect: (row: number | null) => void;
  readonly onPhrase: (phrase: Phrase) => void;
};

export function ConsoleLower({ address, state, tones, narrow, selected, onSelect, onPhrase }: LowerProps) {
  const place = {
    environment: state.environment?.name ?? address.environment,
    window: state.window ?? address.window,
  };
  return (
    <>
      <div id="two" className={styles.two} data-narrow={narrow}>
        <LogLinesPanel state={state} tones={tones} selected={selected} onSelect={onSelect} />
        <TracePanel state={state} selected={selected} onSelect={onSelect} />
      </div>
      <FindingsList state={state} onPhrase={onPhrase} />
      <ServicePath state={state} tones={tones} place={place} />
      <IdentityList state={state} tones={tones} address={address} place={place} />
    </>
  );
}
