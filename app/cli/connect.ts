/** npm run connect: asks every address what it is, and prints the configuration to paste; without address, asks the
 * upstreams that are configured. Exits 1 if one of them cannot be used as it is. */
import { parseArgs } from "node:util";
import { readCurrent } from "@/lib/config/current";
import { printLines } from "@/lib/config/problems";
import { type Access, type Found, suggestConfig, upstreamsAt } from "@/lib/config/suggest";
import type { UpstreamConfig } from "@/lib/config/upstream-config";
import { type Probe, probe } from "@/lib/upstream/probe";

const usage = `npm run connect -- <url>… [--tenant <name>]… [--bearer <variable>]

Says of each address whether it answers, what it is, its version and whether it needs a tenant, and prints the YAML to
paste. Without address: checks the upstreams of the configuration.

  --tenant  X-Scope-OrgID; several times for several
  --bearer  name of the environment variable that holds a token
`;

function readArguments(): { readonly urls: readonly string[]; readonly access: Access; readonly help: boolean } {
  const options = {
    tenant: { type: "string", multiple: true },
    bearer: { type: "string" },
    help: { type: "boolean" },
  } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const access = { tenants: values.tenant ?? [], bearer: values.bearer ?? null };
  return { urls: positionals, access, help: values.help === true };
}

/** `prometheus 3.15.0`, and what stands in the way of a first question. */
function printProbe(found: Probe): string {
  if (!found.reachable) return `not reachable. ${found.gap.text} ${found.gap.next}`;
  const name = found.kind === null ? "not recognised" : [found.kind, found.version ?? "(tells no version)"].join(" ");
  return found.gap === null ? name : `${name}. ${found.gap.text} ${found.gap.next}`;
}

async function ask(upstream: UpstreamConfig): Promise<{ readonly upstream: UpstreamConfig; readonly found: Probe }> {
  return { upstream, found: await probe(upstream, AbortSignal.timeout(30_000)) };
}

async function connect(): Promise<number> {
  const { urls, access, help } = readArguments();
  if (help) {
    process.stdout.write(usage);
    return 0;
  }
  const read = urls.length > 0 ? upstreamsAt(urls, access, process.env) : configured();
  if (!read.ok) {
    process.stderr.write("text" in read ? read.text : printLines(read.problems, null));
    return 1;
  }
  if (read.upstreams.length === 0) {
    process.stdout.write(`Nothing is configured yet.\n\n${usage}`);
    return 1;
  }
  const answers = await Promise.all(read.upstreams.map(ask));
  for (const { upstream, found } of answers) {
    const name = urls.length > 0 ? upstream.url : `${upstream.id} (${upstream.kind}) ${upstream.url}`;
    const other = urls.length === 0 && found.reachable && found.kind !== null && found.kind !== upstream.kind;
    process.stdout.write(`${name}: ${printProbe(found)}${other ? ` It is configured as ${upstream.kind}.` : ""}\n`);
  }
  const usable = answers.flatMap(({ upstream, found }): Found[] =>
    found.reachable && found.kind !== null
      ? [{ url: upstream.url, kind: found.kind, needsTenant: found.needsTenant }]
      : [],
  );
  if (urls.length > 0 && usable.length > 0)
    process.stdout.write(
      `\nFor throughline.yaml (all keys: lib/config/example.yaml):\n\n${suggestConfig(usable, access)}`,
    );
  return answers.every(({ found }) => found.reachable && found.kind !== null && found.gap === null) ? 0 : 1;
}

function configured():
  | { readonly ok: true; readonly upstreams: readonly UpstreamConfig[] }
  | { readonly ok: false; readonly text: string } {
  const found = readCurrent(process.env, process.cwd());
  return found.ok ? { ok: true, upstreams: found.current.upstreams } : found;
}

// Pooled connections would keep the process for half a minute.
process.exit(
  await connect().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message.split(". ")[0] : String(error)}.\n\n${usage}`);
    return 1;
  }),
);
