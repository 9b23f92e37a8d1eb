import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { Console } from "@/components/console";
import { parseAddress } from "@/lib/address";
import { currentConfig } from "@/lib/config/current";
import { parseLead, printLead } from "@/lib/lead";

type Props = { readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>> };

/** The first of each name; only of mappings a link has several. */
async function addressOf({ searchParams }: Props) {
  const pairs = Object.entries(await searchParams).flatMap(([name, value]) => {
    const all = value === undefined ? [] : [value].flat();
    return (name === "map" ? all : all.slice(0, 1)).map((each) => [name, each]);
  });
  const address = parseAddress(new URLSearchParams(pairs));
  const parsed = parseLead(address.lead);
  return parsed.ok
    ? { ok: true as const, address: { ...address, lead: printLead(parsed.lead) }, kind: parsed.lead.reading.kind }
    : { ok: false as const, text: address.lead };
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const found = await addressOf(props);
  return { title: found.ok ? found.address.lead.slice(0, 60) : "Investigate" };
}

/** Asks nothing of any upstream: a link preview costs nothing. The stream is opened by the page's script. */
export default async function Page(props: Props) {
  const found = await addressOf(props);
  if (!found.ok) redirect(found.text === "" ? "/" : `/?lead=${encodeURIComponent(found.text.slice(0, 500))}`);
  const { address, kind } = found;
  const environments = currentConfig().setting.environments.map(({ name }) => name);
  const { lead, environment, window, mappings, service } = address;
  return (
    <Console
      key={JSON.stringify([lead, environment, window, mappings, service])}
      address={address}
      kind={kind}
      environments={environments}
    />
  );
}
