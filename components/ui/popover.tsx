"use client";
/** A button that opens a small box over the page; a click elsewhere, Esc or Tab out of it puts it away. */
import { type ComponentProps, type ReactNode, useId, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { placeAt } from "@/components/ui/place";
import styles from "@/components/ui/popover.module.css";

type Props = {
  /** The button; its props are the button's. */
  readonly button: ComponentProps<typeof Button>;
  readonly label: string;
  /** Drawn while it is open. */
  readonly children: (close: () => void) => ReactNode;
};

export function Popover({ button, label, children }: Props) {
  const id = useId();
  const box = useRef<HTMLDialogElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const put = (element: HTMLElement): void => {
    if (opener.current) placeAt(element, opener.current, "end");
  };
  return (
    <>
      <Button {...button} ref={opener} popoverTarget={id} aria-expanded={open} />
      <dialog
        ref={box}
        id={id}
        popover="auto"
        aria-label={label}
        className={styles.popover}
        onToggle={({ newState, currentTarget }) => {
          setOpen(newState === "open");
          if (newState === "open") requestAnimationFrame(() => put(currentTarget));
        }}
      >
        {open && children(() => box.current?.hidePopover())}
      </dialog>
    </>
  );
}
