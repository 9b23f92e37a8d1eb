"use client";
/** Keeps the address equal to what is looked at: opened again it is the same page. Replaces, never pushes: looking around is no history. */
import { useEffect } from "react";
import { onView, openView, viewNow } from "@/components/panels/view-store";
import { type Address, parseAddress, printAddress } from "@/lib/address";

// Browsers allow about a hundred writes of the address in half a minute, and a wheel turns faster.
const pauseMs = 300;

/** Writes what the server resolved; a window that the link already named stays as it was named. */
export function useAddress(
  opened: Address,
  environment: string | null,
  window: Address["window"],
  span: string | null,
): void {
  // Told as text: an equal address must not open its view a second time.
  const opening = printAddress(opened);
  useEffect(() => {
    openView(read(opening).view);
    return () => openView(null);
  }, [opening]);

  const resolved = opened.window ?? window;
  const path = printAddress({
    ...opened,
    environment: opened.environment ?? environment,
    window: resolved,
    view: null,
    span,
  });
  const known = resolved !== null;
  useEffect(() => {
    if (!known) return;
    const write = (): void => {
      const next = printAddress({ ...read(path), view: viewNow() });
      if (`${location.pathname}${location.search}` !== next) history.replaceState(null, "", next);
    };
    write();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onView(() => {
      clearTimeout(timer);
      timer = setTimeout(write, pauseMs);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [path, known]);
}

const read = (path: string): Address => parseAddress(new URLSearchParams(path.slice(path.indexOf("?"))));
