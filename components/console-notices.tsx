"use client";
/** What the reader should know about the stream itself. Floats, so that nothing moves; each can be put away. */
import { useState } from "react";
import styles from "@/components/console.module.css";
import buttons from "@/components/ui/button.module.css";

export function Notices({ notices }: { readonly notices: readonly string[] }) {
  const [away, setAway] = useState<ReadonlySet<string>>(new Set());
  const shown = notices.filter((notice) => !away.has(notice));
  return (
    <div role="status">
      <ul className={styles.notices}>
        {shown.map((notice) => (
          <li key={notice}>
            {notice}
            <button
              type="button"
              className={buttons.link}
              aria-label="Put this notice away"
              onClick={() => setAway(new Set([...away, notice]))}
            >
              ✕
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
