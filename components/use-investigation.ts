"use client";
/** Opens the stream of one investigation and holds what it says. Never asks again by itself; leaving aborts it. */
import { experimental_streamedQuery as streamedQuery, useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import {
  type InvestigationState,
  initialState,
  lost,
  type Refusal,
  reduce,
  refused,
  withNotice,
} from "@/components/investigation-state";
import { type Batch, lineReader } from "@/components/ndjson";
import type { Address } from "@/lib/address";
import { printInstant } from "@/lib/signal/time";

type Chunk =
  | (Batch & { readonly kind: "lines" })
  /** The connection broke, or the server would not begin: `because` is for the reader. */
  | { readonly kind: "lost"; readonly because: string }
  /** The request itself is wrong: asking the same again brings the same. */
  | { readonly kind: "refused"; readonly refusal: Refusal };

export type Investigation = {
  readonly state: InvestigationState;
  /** Opens the stream again; what is known stays until the same run tells it anew. */
  readonly resume: () => void;
  /** Asks all of it again: the server then does not answer from a run that has ended. What is known stays until then. */
  readonly lookAgain: () => void;
  /** Reads as much of Loki as it takes; null once it was asked to. */
  readonly searchDeep: (() => void) | null;
};

export function useInvestigation({ lead, environment, window, mappings, service }: Address): Investigation {
  const [deep, setDeep] = useState(false);
  const wish = useRef({ deep: false, fresh: false });
  const bodyOf = (): string =>
    JSON.stringify({
      lead,
      ...(environment === null ? {} : { environment }),
      ...(window === null ? {} : { from: printInstant(window.from), to: printInstant(window.to) }),
      ...(mappings.length === 0 ? {} : { map: mappings }),
      ...(service === null ? {} : { service }),
      ...(wish.current.deep ? { search: "deep" } : {}),
      ...(wish.current.fresh ? { fresh: true } : {}),
    });
  const query = useQuery({
    // The client lives as long as the page of this address does: all that is asked here is one investigation.
    queryKey: ["investigation"],
    queryFn: streamedQuery<Chunk, InvestigationState>({
      streamFn: ({ signal }) => chunksOf(bodyOf(), signal),
      reducer: withChunk,
      initialValue: initialState,
      refetchMode: "append",
    }),
    enabled: lead !== "",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnMount: false,
    refetchOnReconnect: false,
    // Comparing would walk every column of every answer on every chunk.
    structuralSharing: false,
  });
  const { refetch } = query;
  const again = (more: { readonly deep?: boolean; readonly fresh: boolean }): void => {
    wish.current = { ...wish.current, ...more };
    void refetch();
  };
  const search = (): void => {
    setDeep(true);
    again({ deep: true, fresh: false });
  };
  return {
    state: query.data ?? initialState,
    resume: () => again({ fresh: false }),
    lookAgain: () => again({ fresh: true }),
    searchDeep: deep ? null : search,
  };
}

/** One step for each network chunk, however many lines it held. */
export function withChunk(state: InvestigationState, chunk: Chunk): InvestigationState {
  if (chunk.kind === "lost") return withNotice(lost(state), chunk.because);
  if (chunk.kind === "refused") return refused(state, chunk.refusal);
  const next = chunk.lines.reduce(reduce, state);
  return chunk.unreadable > 0 ? withNotice(next, "Part of the stream could not be read and was skipped.") : next;
}

/** Never throws for a sick line, only when the reader leaves. */
async function* chunksOf(body: string, signal: AbortSignal): AsyncGenerator<Chunk> {
  try {
    const response = await fetch("/api/investigate", {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/stream+json" },
      body,
      signal,
    });
    if (!response.ok || response.body === null) {
      yield await refusalOf(response);
      return;
    }
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const lines = lineReader();
    let ended = false;
    for (;;) {
      const { done, value } = await heard(reader.read());
      const batch = done ? lines.rest() : lines.push(value);
      ended ||= batch.lines.some(({ type }) => type === "end");
      if (batch.lines.length + batch.unreadable > 0) yield { kind: "lines", ...batch };
      if (done) break;
    }
    if (!ended) yield { kind: "lost", because: "Connection lost: what has come so far stays." };
  } catch (cause) {
    signal.throwIfAborted();
    yield { kind: "lost", because: `Connection lost: ${cause instanceof Error ? cause.message : "no answer"}.` };
  }
}

/** The server's clock beats every 5 s: a line that is silent for four of them is dead, though nobody said so. ms */
const silence = 20_000;

/** Rejects where nothing was heard for too long. */
async function heard<Value>(next: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silent = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing was heard for ${silence / 1_000} s`)), silence);
  });
  try {
    return await Promise.race([next, silent]);
  } finally {
    clearTimeout(timer);
  }
}

async function refusalOf(response: Response): Promise<Chunk> {
  const said = objectIn(await response.text().catch(() => ""));
  const error = typeof said.error === "string" && said.error !== "" ? said.error : `it answered ${response.status}`;
  if (response.status < 400 || response.status >= 500)
    return { kind: "lost", because: `The server refused (${response.status}): ${error}` };
  const field = typeof said.field === "string" ? said.field : null;
  return { kind: "refused", refusal: { status: response.status, error, field } };
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
