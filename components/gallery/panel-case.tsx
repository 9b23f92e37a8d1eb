"use client";
/** A panel in one of the states of `states.ts`. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import styles from "@/components/gallery/gallery.module.css";
import { type StateName, states } from "@/components/gallery/states";
import type { InvestigationState } from "@/components/investigation-state";
import { AlertFactsPanel } from "@/components/panels/alert-facts";
import { FindingsList } from "@/components/panels/findings-list";
import { IdentityList } from "@/components/panels/identity-list";
import { LogLinesPanel } from "@/components/panels/log-lines";
import { ServicePath } from "@/components/panels/service-path";
import { Timeline } from "@/components/panels/timeline";
import { TracePanel } from "@/components/panels/trace-waterfall";
import { serviceTones } from "@/components/service-tones";
import { EnvironmentContext } from "@/components/ui/environment";
import { utc } from "@/components/ui/zone";
import { addressOfLead } from "@/lib/address";

const isState = (name: string): name is StateName => Object.hasOwn(states, name);

export function PanelCase({ name }: { readonly name: string }) {
  const [panel = "", stateName = ""] = name.split("-");
  const state = useMemo<InvestigationState>(
    () => (isState(stateName) ? states[stateName]() : states.opening()),
    [stateName],
  );
  const [client] = useState(() => new QueryClient());
  return (
    <QueryClientProvider client={client}>
      <EnvironmentContext value={state.environment}>
        <div className={panel === "lines" || panel === "trace" ? styles.half : styles.whole}>
          <Panel panel={panel} state={state} />
        </div>
      </EnvironmentContext>
    </QueryClientProvider>
  );
}

const drawn = addressOfLead("7c9d1e2f3a4b5c6d7e8f90a1b2c3d4e5");

function Panel({ panel, state }: { readonly panel: string; readonly state: InvestigationState }) {
  const [selected, setSelected] = useState<number | null>(state.evidence.length > 0 ? 5 : null);
  const tones = useMemo(() => serviceTones(state), [state]);
  switch (panel) {
    case "lines":
      return <LogLinesPanel state={state} tones={tones} selected={selected} onSelect={setSelected} />;
    case "trace":
      return <TracePanel state={state} selected={selected} onSelect={setSelected} />;
    case "alert":
      return <AlertFactsPanel state={state} address={drawn} />;
    case "findings":
      return (
        <>
          <FindingsList state={state} onPhrase={() => {}} />
          <IdentityList state={state} tones={tones} address={drawn} place={drawn} />
        </>
      );
    case "path":
      return <ServicePath state={state} tones={tones} place={drawn} />;
    default:
      return <Timeline state={state} zone={utc} wanted={null} ofAlert={state.hello?.lead.reading.kind === "alert"} />;
  }
}
