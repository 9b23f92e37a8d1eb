import { redirect } from "next/navigation";
import { addressOfLead, printAddress } from "@/lib/address";
import { currentConfig } from "@/lib/config/current";
import { parseAlertLink } from "@/lib/lead-alert-link";

type Props = { readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>> };

/** The link in an alert's message: `/alert?alertname=…&<label>=<value>…&startsAt=…&fingerprint=…`, in any dress. */
export default async function Page({ searchParams }: Props) {
  const pairs = Object.entries(await searchParams).flatMap(([name, value]) => {
    const first = Array.isArray(value) ? value[0] : value;
    return first === undefined ? [] : [[name, first]];
  });
  const environments = currentConfig().setting.environments.map(({ name }) => name);
  const { reading, environment } = parseAlertLink(`${new URLSearchParams(pairs)}`, environments);
  redirect(reading ? printAddress({ ...addressOfLead(reading.spelling), environment }) : "/");
}
