/** Grafana's annotations -> changes. What is not sure stays open: the tags are kept, so that others may read more. */
import "server-only";
import { z } from "zod";
import type { Change, ChangeKind } from "@/lib/signal/change";
import type { Service } from "@/lib/signal/service";
import { toInstant } from "@/lib/signal/time";
import { cleanText } from "@/lib/upstream/error-text";
import { shaped } from "@/lib/upstream/json-shape";
import { noneIn } from "@/lib/upstream/prometheus-read";
import type { ReadContext } from "@/lib/upstream/read-context";
import { type Failure, fail, found, type Reading } from "@/lib/upstream/reply";

const annotation = z.object({
  id: z.union([z.number(), z.string()]),
  time: z.number(),
  timeEnd: z.number().nullish(),
  text: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
});

/** The first row that fits decides; a deploy is what people annotate most. */
const kindWords: readonly (readonly [ChangeKind, RegExp])[] = [
  ["rollback", /\b(?:roll(?:ed|ing)?[\s_-]?back|revert(?:ed|s)?)\b/i],
  ["flag", /\b(?:feature[\s_-]?)?flags?\b|\btoggled?\b/i],
  ["migration", /\bmigrations?\b|\bschema change\b/i],
  ["restart", /\brestart(?:ed|s|ing)?\b/i],
  ["rollout", /\brollouts?\b|\brolled out\b|\bcanary\b/i],
  ["deploy", /\bdeploy(?:ed|s|ment|ments|ing)?\b|\breleased?\b/i],
  ["config", /\bconfig(?:uration)?s?\b|\bsettings?\b/i],
  ["job", /\bcron ?jobs?\b|\bbatch\b|\bjobs?\b/i],
];

/** What is configured of a tag (`launchdarkly`, also as `launchdarkly:checkout`) is so; else tags say more surely than text. */
export function kindOf(
  tags: readonly string[],
  text: string,
  kinds: Readonly<Record<string, ChangeKind>> = {},
): ChangeKind {
  const configured = new Map(Object.entries(kinds));
  for (const tag of tags) {
    const kind = configured.get(tag) ?? configured.get(/^[^:=]+/.exec(tag)?.[0].trim() ?? "");
    if (kind !== undefined) return kind;
  }
  const fits = (words: string): ChangeKind | undefined => kindWords.find(([, pattern]) => pattern.test(words))?.[0];
  return fits(tags.join(" ").replaceAll(/[_:=]/g, " ")) ?? fits(text) ?? "deploy";
}

const tagged = (tags: readonly string[], names: RegExp): string | undefined => {
  for (const tag of tags) {
    const [, name = "", value = ""] = /^([\w.-]+)\s*[:=]\s*(.+)$/.exec(tag) ?? [];
    if (names.test(name) && value.trim() !== "") return value.trim();
  }
  return undefined;
};

/** Only where a tag says so by name; a bare tag may be a team, a region or a service. */
export function serviceOf(tags: readonly string[]): Service | null {
  const name = tagged(tags, /^(?:service|service[._]name|svc|app|application|component)$/i);
  const namespace = tagged(tags, /^(?:namespace|ns|service[._]namespace|k8s[._]namespace[._]name)$/i);
  return name === undefined ? null : { name, namespace: namespace ?? null };
}

const semantic = /(?<![\w.])v?(\d+\.\d+\.\d+(?:[-+][0-9A-Za-z][\w.+-]*)?)(?![\w.]*\d)/;
/** Seven or more hex with a digit and a letter among them, so that neither a word nor a number is taken for one. */
const commit = /\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}\b/;

export function versionOf(tags: readonly string[], text: string): string | null {
  const told = tagged(tags, /^(?:version|release|tag|image[._]tag|sha|commit|revision|service[._]version)$/i);
  if (told !== undefined) return told;
  for (const words of [...tags, text]) {
    const version = semantic.exec(words)?.[1] ?? commit.exec(words)?.[0];
    if (version !== undefined) return version;
  }
  return null;
}

const entities: ReadonlyMap<string, string> = new Map(
  Object.entries({
    amp: "&",
    lt: "<",
    gt: ">",
    quot: '"',
    "#39": "'",
    apos: "'",
    nbsp: " ",
  }),
);

/** Grafana allows HTML in an annotation; we show words. A `<` that opens no tag stays. */
export const plainText = (html: string): string =>
  cleanText(
    html
      .replace(/<(?:script|style)\b[\s\S]*?(?:<\/(?:script|style)>|$)/gi, " ")
      .replace(/<\/?[a-z][^>]*>|<!--[\s\S]*?-->/gi, " ")
      .replace(/&(#39|[a-z]+);/gi, (whole, name: string) => entities.get(name.toLowerCase()) ?? whole),
    200,
  );

/** The first link of the text, http and https only. */
export function linkOf(text: string): string | null {
  const url = /href\s*=\s*["']?(https?:\/\/[^\s"'<>]+)/i.exec(text)?.[1] ?? /https?:\/\/[^\s"'<>)\]]+/i.exec(text)?.[0];
  return url !== undefined && URL.canParse(url) ? url : null;
}

function changeOf(
  wire: z.infer<typeof annotation>,
  upstream: string,
  kinds: Readonly<Record<string, ChangeKind>> = {},
): Change {
  const tags = wire.tags ?? [];
  const text = wire.text ?? "";
  const words = plainText(text);
  const at = toInstant(wire.time);
  return {
    id: `${upstream}#${wire.id}`,
    kind: kindOf(tags, words, kinds),
    at,
    notBefore: at,
    until: wire.timeEnd && wire.timeEnd > wire.time ? toInstant(wire.timeEnd) : null,
    title: words === "" ? (tags.length > 0 ? tags.join(", ") : "annotation without text") : words,
    service: serviceOf(tags),
    version: versionOf(tags, words),
    previousVersion: null,
    source: "Grafana annotation",
    link: linkOf(text),
    tags,
  };
}

export function readAnnotations(json: unknown, context: ReadContext): Reading | Failure {
  const { call, window } = context.question;
  if (call.api !== "grafana-annotations") return fail("wrong-shape", "not a question for annotations");
  return shaped(z.array(annotation), json, (list) => {
    const changes = list
      .map((wire) => changeOf(wire, context.upstream, call.kinds))
      .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
    const limited = changes.length >= call.limit;
    if (changes.length === 0) {
      const wanted = call.tags.length > 0 ? ` tagged ${call.tags.join(" or ")}` : "";
      return found(
        noneIn(
          `annotation${wanted}`,
          context,
          window,
          "Deploys show up here once the pipeline writes an annotation for each.",
        ),
      );
    }
    return found(
      { kind: "changes", changes },
      limited ? [`only the first ${call.limit} annotations were read`] : [],
      limited,
    );
  });
}
