/** What the demo offers to paste, as plain links: they work before any script has run. */
import Link from "next/link";
import styles from "@/components/demo.module.css";
import { addressOfLead, printAddress } from "@/lib/address";
import { parseLead, printLead } from "@/lib/lead";

export type DemoOffer = {
  readonly environment: string;
  readonly title: string;
  /** As a person would paste it. */
  readonly text: string;
  readonly note: string | null;
};

/** The address that pasting `text` leads to; the whole text never stands in it. A link of ours is followed as it is. */
function addressOf({ text, environment }: DemoOffer): string | null {
  if (text.startsWith("/alert?")) return `${text}&${new URLSearchParams({ environment })}`;
  const parsed = parseLead(text);
  return parsed.ok ? printAddress({ ...addressOfLead(printLead(parsed.lead)), environment }) : null;
}

export type DemoOffers = {
  /** Of all environments. */
  readonly offers: readonly DemoOffer[];
  readonly stories: readonly { readonly environment: string; readonly story: string }[];
  /** The environment whose offers are shown. */
  readonly chosen: string;
};

export function DemoLeads({ offers, stories, chosen }: DemoOffers) {
  const linked = offers.flatMap((offer) => {
    if (offer.environment !== chosen) return [];
    const address = addressOf(offer);
    return address === null ? [] : [{ ...offer, address }];
  });
  return (
    <section aria-labelledby="demo" className={styles.offers}>
      <h2 id="demo">Paste one of these, or follow it</h2>
      <nav aria-label="Environments of the demo" className={styles.environments}>
        {stories.map(({ environment }, place) => (
          <Link
            key={environment}
            href={place === 0 ? "/" : `/?${new URLSearchParams({ environment })}`}
            aria-current={environment === chosen ? "page" : undefined}
            prefetch={false}
            scroll={false}
          >
            {environment}
          </Link>
        ))}
      </nav>
      <p>{stories.find(({ environment }) => environment === chosen)?.story}</p>
      {linked.length === 0 && <p>The demo has nothing to offer yet: load this page again in a moment.</p>}
      <ul>
        {linked.map(({ address, title, text, note }) => (
          <li key={address}>
            <Link href={address} prefetch={false}>
              {title}
            </Link>
            <code>{text}</code>
            {note !== null && <p>{note}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
