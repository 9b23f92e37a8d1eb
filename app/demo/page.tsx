import type { Metadata } from "next";
import { revalidatePath } from "next/cache";
import Link from "next/link";
import { notFound } from "next/navigation";
import { openedDemo } from "@/app/demo/open";
import { DemoSwitchboard } from "@/components/demo-switchboard";
import styles from "@/components/home.module.css";
import { PageHeader } from "@/components/page-header";
import { faultChoices, parseFault } from "@/lib/demo/faults";

export const metadata: Metadata = { title: "Break a backend" };

async function onSwitch(form: FormData): Promise<void> {
  "use server";
  const demo = openedDemo();
  const upstream = String(form.get("upstream"));
  if (!demo?.upstreams.includes(upstream)) return;
  await demo.setFault(upstream, parseFault(String(form.get("fault"))) ?? null);
  revalidatePath("/demo");
}

export default async function Page() {
  const demo = openedDemo();
  if (!demo) notFound();
  const faults = await demo.faults();
  return (
    <>
      <PageHeader />
      <main id="main" className={styles.home}>
        <h1>Break a backend, and look again.</h1>
        <p>
          Each backend of the demo can be made to fail. Then open something from the <Link href="/">first page</Link>,
          or press <q>Look again</q> on a page that is open: it says what is missing, and why. The console spares for
          half a minute a backend that was overloaded.
        </p>
        <DemoSwitchboard
          rows={demo.upstreams.map((upstream) => ({ upstream, fault: faults[upstream] ?? null }))}
          choices={faultChoices}
          onSwitch={onSwitch}
        />
      </main>
    </>
  );
}
