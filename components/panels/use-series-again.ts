"use client";
/** Asks the drawn series again, for a view or as they were earlier; leaving the view aborts it. Never asks by itself. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { QuestionId } from "@/lib/evidence";
import { printInstant, type Window } from "@/lib/signal/time";
import { type Earlier, mostAgain, type SeriesAgain } from "@/lib/view";

export type AskedAgain = {
  readonly answers: SeriesAgain["answers"];
  /** "" = as asked; else what the reader should know: it is still asked, or why it did not come. */
  readonly note: string;
};

/** ms without a move before upstreams are asked. */
const settling = 250;
const nothing: SeriesAgain["answers"] = [];

/** No ids, or no window: nothing is asked. */
export function useSeriesAgain(ids: readonly QuestionId[], window: Window | null, earlier: Earlier | null): AskedAgain {
  const wanted =
    window === null || ids.length === 0
      ? ""
      : JSON.stringify({
          questions: [...ids].sort().slice(0, mostAgain),
          from: printInstant(window.from),
          to: printInstant(window.to),
          ...(earlier === null ? {} : { earlier }),
        });
  const body = useSettled(wanted);
  const { data, error, isFetching } = useQuery({
    queryKey: ["series", body],
    queryFn: ({ signal }) => ask(body, signal),
    enabled: body !== "",
    // A step of the zoom is often taken back.
    staleTime: 60_000,
    gcTime: 120_000,
    placeholderData: keepPreviousData,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    structuralSharing: false,
  });
  if (wanted === "") return { answers: nothing, note: "" };
  const gaps = data?.answers.flatMap(({ evidence: { answer } }) => (answer.kind === "gap" ? [answer.text] : [])) ?? [];
  const note =
    error !== null
      ? error.message
      : wanted !== body || isFetching
        ? "asking …"
        : (data?.unknown.length ?? 0) > 0
          ? "The server has forgotten this investigation: look again."
          : (gaps[0] ?? "");
  return { answers: data?.answers ?? nothing, note };
}

function useSettled(wanted: string): string {
  const [settled, setSettled] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSettled(wanted), wanted === "" ? 0 : settling);
    return () => clearTimeout(timer);
  }, [wanted]);
  return settled;
}

async function ask(body: string, signal: AbortSignal): Promise<SeriesAgain> {
  const response = await fetch("/api/series", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    signal,
  });
  if (!response.ok) throw new Error(`Not asked again: the server answered ${response.status}.`);
  return response.json();
}
