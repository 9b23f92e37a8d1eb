"use client";
/** Words beside something pointed at or focused; Esc puts them away (WCAG 1.4.13). They only add: what must be known stands on the page. */
import { type ReactNode, useEffect, useId, useRef } from "react";
import { placeAt } from "@/components/ui/place";
import styles from "@/components/ui/tooltip.module.css";

type Props = {
  readonly words: string;
  /** What the words are about, as one element; takes the id that describes it. */
  readonly children: (describedBy: string) => ReactNode;
};

export function Tooltip({ words, children }: Props) {
  const id = useId();
  const around = useRef<HTMLSpanElement>(null);
  const bubble = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const [about, box] = [around.current, bubble.current];
    const anchor = about?.firstElementChild;
    if (!about || !anchor || !box) return;
    const stop = new AbortController();
    const show = (): void => {
      box.showPopover();
      placeAt(box, anchor);
    };
    const hear = (name: keyof HTMLElementEventMap, act: (event: Event) => void): void =>
      about.addEventListener(name, act, { signal: stop.signal });
    // The bubble lies in it, so that the pointer may go onto the words.
    hear("mouseenter", show);
    hear("mouseleave", () => box.hidePopover());
    hear("focusin", () => anchor.matches(":focus-visible") && show());
    hear("focusout", () => box.hidePopover());
    const onKey = ({ key }: KeyboardEvent): void => {
      if (key === "Escape") box.hidePopover();
    };
    addEventListener("keydown", onKey, { signal: stop.signal });
    return () => stop.abort();
  }, []);
  return (
    <span ref={around} className={styles.around}>
      {children(id)}
      <span ref={bubble} id={id} role="tooltip" popover="manual" className={styles.bubble}>
        {words}
      </span>
    </span>
  );
}
