import { redirect } from "next/navigation";
import { addressOfLead, printAddress } from "@/lib/address";
import { parseLead, printLead } from "@/lib/lead";

type Props = { readonly params: Promise<{ readonly id: string }> };

/** The short way: `/trace/<id>`, in any spelling. */
export default async function Page({ params }: Props) {
  const { id } = await params;
  const text = decoded(id);
  const parsed = parseLead(text);
  redirect(
    parsed.ok
      ? printAddress(addressOfLead(printLead(parsed.lead)))
      : `/?lead=${encodeURIComponent(text.slice(0, 500))}`,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
