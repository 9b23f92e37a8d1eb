"use client";
import { BareHeader } from "@/components/bare-header";
import styles from "@/components/home.module.css";
import buttons from "@/components/ui/button.module.css";

type Props = { readonly error: Error & { readonly digest?: string }; readonly reset: () => void };

/** A bug of ours, not of an upstream: those are gaps. The address holds everything, so trying again loses nothing. */
export default function ErrorPage({ error, reset }: Props) {
  return (
    // Without the page's own header: this file is loaded with every page, and would bring all of it along.
    <>
      <BareHeader />
      <main id="main" className={styles.home}>
        <h1>This page broke.</h1>
        <p>
          The fault is in the console, not in your backends. Its address is complete: trying again loses nothing.
          {error.digest ? ` Number in the server's log: ${error.digest}.` : ""}
        </p>
        <p>
          <a href="/">Begin anew</a>
        </p>
        <button type="button" className={buttons.button} onClick={reset}>
          Try again
        </button>
      </main>
    </>
  );
}
