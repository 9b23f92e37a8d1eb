import type { Metadata } from "next";
import { headers } from "next/headers";
import { server } from "@/app/server";
import { Connect } from "@/components/connect";
import { upstreamRow } from "@/components/connect-words";
import { alertTemplates } from "@/lib/alert-templates";

export const metadata: Metadata = { title: "Connect" };

type Props = { readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>> };

export default async function Page({ searchParams }: Props) {
  const { setting, listen, upstreamState, now } = server();
  const names = setting.environments.map(({ name }) => name);
  const { environment } = await searchParams;
  const chosen = names.find((name) => name === environment) ?? null;
  const heard = await headers();
  const scheme = heard.get("x-forwarded-proto") ?? "http";
  const origin = (listen.publicUrl ?? `${scheme}://${heard.get("host") ?? "localhost"}`).replace(/\/+$/, "");
  const states = new Map(upstreamState().map((state) => [state.id, state]));
  return (
    <Connect
      upstreams={setting.environments.flatMap(({ upstreams }) =>
        upstreams.map(({ id, kind }) => upstreamRow({ id, kind }, states.get(id) ?? null, now())),
      )}
      templates={alertTemplates({ origin, environment: chosen })}
      origin={origin}
      isConfigured={listen.publicUrl !== null}
      environments={names}
      chosen={chosen}
    />
  );
}
