"use client";
/** What the reader should know about the stream itself, and about this browser's own line. Each can be put away. */
import { useState } from "react";
import { useOnline } from "@/components/online";
// Not loaded when it is needed: what says that the line is gone must be here before it goes.
import { Toasts } from "@/components/ui/toast";

export const offlineWords = "This browser is offline. What is here stays; nothing new can come.";

export function Notices({ notices }: { readonly notices: readonly string[] }) {
  const [away, setAway] = useState<ReadonlySet<string>>(new Set());
  const online = useOnline();
  // Said again each time the line is lost, so not put away with the others.
  const [heard, setHeard] = useState(online);
  if (heard !== online) {
    setHeard(online);
    setAway(new Set([...away].filter((notice) => notice !== offlineWords)));
  }
  const shown = [...(online ? [] : [offlineWords]), ...notices].filter((notice) => !away.has(notice));
  return (
    <div role="status">
      {shown.length > 0 && <Toasts toasts={shown} onAway={(notice) => setAway(new Set([...away, notice]))} />}
    </div>
  );
}
