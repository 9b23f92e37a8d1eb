/** Is it alive and configured? Calls no upstream. */
import { currentConfig } from "@/lib/config/current";
import { version } from "@/package.json";

export const dynamic = "force-dynamic";

export function GET(): Response {
  const { setting, upstreams } = currentConfig();
  return Response.json({ ok: true, version, environments: setting.environments.length, upstreams: upstreams.length });
}
