"use client";
/** One page of the gallery: a primitive or a panel in one state, drawn by the same components as the page itself. */
import dynamic from "next/dynamic";
import type { ComponentType } from "react";
import { Alerts } from "@/components/gallery/alerts";
import type { CaseName } from "@/components/gallery/case-names";
import styles from "@/components/gallery/gallery.module.css";
import { Heads, still } from "@/components/gallery/heads";
import { Homes } from "@/components/gallery/homes";
import { PanelCase } from "@/components/gallery/panel-case";
import { Gaps, Overlays, Primitives } from "@/components/gallery/primitives";
import { Refused } from "@/components/refusal";
import { SearchDeepContext } from "@/components/ui/search-deep";
import { WindowMovesContext } from "@/components/ui/window-moves";
import { addressOfLead } from "@/lib/address";

const pages: Readonly<Partial<Record<CaseName, ComponentType>>> = {
  primitives: Primitives,
  overlays: Overlays,
  gaps: Gaps,
  head: () => <Heads part="both" names={["slow", "found", "failed", "hostile"]} />,
  still: () => <Heads part="both" names={still} />,
  story: () => <Heads part="story" />,
  ledger: () => <Heads part="ledger" />,
  alerts: Alerts,
  "home-first": () => <Homes first />,
  "home-connected": () => <Homes first={false} />,
  refusal: () => (
    <Refused
      refusal={{ status: 400, error: "from: expected RFC 3339 such as 2026-11-21T14:03:10.000Z", field: "from" }}
      address={addressOfLead("7c9d1e2f3a4b5c6d7e8f90a1b2c3d4e5")}
      environments={["shop", "staging"]}
      onAgain={() => {}}
    />
  ),
};

const nothing = (): void => {};
const moves = { untilNow: nothing, wider: nothing };

function Case({ name }: { readonly name: CaseName }) {
  const Page = pages[name];
  if (name.startsWith("home-") && Page) return <Page />;
  return (
    <SearchDeepContext value={nothing}>
      <WindowMovesContext value={moves}>
        <main id="main" className={styles.gallery}>
          {Page ? <Page /> : <PanelCase name={name} />}
        </main>
      </WindowMovesContext>
    </SearchDeepContext>
  );
}

/** In the browser alone: its cases are large, and nobody waits for them but who looks. */
export const GalleryCase = dynamic(() => Promise.resolve(Case), { ssr: false });
