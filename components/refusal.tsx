/** What the server would not ask, in the story's place: its words, and ways on. */
import Link from "next/link";
import type { Refusal } from "@/components/investigation-state";
import styles from "@/components/panels/story.module.css";
import buttons from "@/components/ui/button.module.css";
import { type Address, addressOfLead, printAddress } from "@/lib/address";

type Props = {
  readonly refusal: Refusal;
  readonly address: Address;
  readonly environments: readonly string[];
  readonly onAgain: () => void;
};

export function Refused({ refusal, address, environments, onAgain }: Props) {
  const { error, field } = refusal;
  const plain = addressOfLead(address.lead);
  const others = environments.filter((name) => name !== address.environment);
  return (
    <section className={styles.story} aria-label="What happened">
      <div className={styles.refusal} role="alert">
        <h1>Nothing was asked: {/[.!?…]$/.test(error) ? error : `${error}.`}</h1>
        <ul className={styles.ways}>
          {field === "lead" && (
            <li>
              <Link href={`/?lead=${encodeURIComponent(address.lead)}`}>Correct what was pasted</Link>
            </li>
          )}
          {(field === "from" || field === "to") && (
            <li>
              <Link href={printAddress({ ...plain, environment: address.environment })}>Look without this window</Link>
            </li>
          )}
          {address.mappings.length > 0 && (
            <li>
              <Link href={printAddress({ ...address, mappings: [] })}>Look without chosen names</Link>
            </li>
          )}
          {field === "service" && (
            <li>
              <Link href={printAddress({ ...address, service: null })}>Look at the alert’s own services</Link>
            </li>
          )}
          {others.map((name) => (
            <li key={name}>
              <Link href={printAddress({ ...plain, environment: name, window: address.window })}>Look in {name}</Link>
            </li>
          ))}
          <li>
            <button type="button" className={buttons.link} onClick={onAgain}>
              Try again
            </button>
          </li>
        </ul>
      </div>
    </section>
  );
}
