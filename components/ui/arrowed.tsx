/** Text of ours with each "→" drawn: the page's own face has no such sign. It stays a letter for who copies or listens. */
import type { ReactNode } from "react";

export function arrowed(text: string): ReactNode {
  const parts = text.split("→");
  if (parts.length === 1) return text;
  return parts.flatMap((part, index) => (index === 0 ? [part] : [<Arrow key={parts.slice(0, index).join()} />, part]));
}

const Arrow = () => <span className="arrow">→</span>;
