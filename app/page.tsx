import { redirect } from "next/navigation";
import { firstAlerts } from "@/app/alerts-now";
import { demoLeads, openedDemo } from "@/app/demo/open";
import { Home } from "@/components/home";
import { addressOfLead, printAddress } from "@/lib/address";
import { currentConfig } from "@/lib/config/current";
import type { Demo } from "@/lib/demo/servers/listener";
import { parseLead, printLead } from "@/lib/lead";

type Props = { readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>> };

/** `/?lead=` holds what a link could not be read as: it stands in the box, with the reason. `/?environment=` chooses
 * whose alerts are listed, and whose things to try the demo offers. */
export default async function Page({ searchParams }: Props) {
  const { lead, environment } = await searchParams;
  const text = (typeof lead === "string" ? lead : "").slice(0, 500);
  const parsed = text.trim() === "" ? null : parseLead(text);
  if (parsed?.ok) redirect(printAddress(addressOfLead(printLead(parsed.lead))));
  const demo = openedDemo();
  const [offers, alerts] = await Promise.all([
    demo && demoLeads(demo),
    firstAlerts(typeof environment === "string" ? environment : null),
  ]);
  return (
    <Home
      setting={currentConfig().setting}
      demo={demo && offers && { offers, stories: demo.stories, chosen: chosenOf(demo, environment) }}
      alerts={alerts}
      pasted={parsed && { text, refusal: parsed.message }}
    />
  );
}

/** The one that is named, else the first. */
const chosenOf = ({ stories }: Demo, name: string | string[] | undefined): string =>
  (stories.find(({ environment }) => environment === name) ?? stories[0])?.environment ?? "";
