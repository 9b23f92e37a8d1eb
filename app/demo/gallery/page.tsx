import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { openedDemo } from "@/app/demo/open";
import { BareHeader } from "@/components/bare-header";
import { caseNames } from "@/components/gallery/case-names";
import styles from "@/components/gallery/gallery.module.css";

export const metadata: Metadata = { title: "Gallery" };

export default function Page() {
  if (!openedDemo()) notFound();
  return (
    <>
      <BareHeader />
      <main id="main" className={styles.gallery}>
        <h1>Every part of the page, in every state</h1>
        <ul className={styles.index}>
          {caseNames.map((name) => (
            <li key={name}>
              <a href={`/demo/gallery/${name}`}>{name}</a>
            </li>
          ))}
        </ul>
      </main>
    </>
  );
}
