"use client";
/** Other windows of the same id, as moves of the address: each can be gone back from. */
import { useRouter } from "next/navigation";
import { useEffect, useMemo, useRef } from "react";
import type { InvestigationState } from "@/components/investigation-state";
import type { WindowMoves } from "@/components/ui/window-moves";
import { anHourWider, untilNow } from "@/components/wider-windows";
import { type Address, printAddress } from "@/lib/address";
import { shift, type Window } from "@/lib/signal/time";

export function useMoves(address: Address, { window, now, stream, environment }: InvestigationState): WindowMoves {
  const router = useRouter();
  // The server's clock goes on while the page stands; the browser's own is not to be believed, only how far it ran.
  const heard = useRef(0);
  useEffect(() => {
    if (now > 0) heard.current = performance.now();
  }, [now]);
  const name = address.environment ?? environment?.name ?? null;
  return useMemo(() => {
    const present = () => shift(now, heard.current === 0 ? 0 : performance.now() - heard.current);
    const goTo = (to: Window | null): void => {
      if (to !== null) router.push(printAddress({ ...address, environment: name, window: to, view: null }));
    };
    if (window === null || now === 0 || stream === "open") return { untilNow: null, wider: null };
    return {
      untilNow: untilNow(window, now) === null ? null : () => goTo(untilNow(window, present())),
      wider: anHourWider(window, now) === null ? null : () => goTo(anHourWider(window, present())),
    };
  }, [window, now, stream, name, address, router]);
}
