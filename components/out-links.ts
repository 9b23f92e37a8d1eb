/** Configured link templates -> links about this investigation. A link whose placeholder has no value yet is left out. Pure. */
import type { LinkSetting } from "@/lib/setting";
import { printInstant, type Window } from "@/lib/signal/time";

type Values = { readonly id: string | null; readonly service: string | null; readonly window: Window | null };

export function outLinks(
  templates: readonly LinkSetting[],
  { id, service, window }: Values,
): readonly { readonly title: string; readonly href: string }[] {
  const values: Readonly<Record<string, string | null>> = {
    id,
    service,
    from: window && printInstant(window.from),
    to: window && printInstant(window.to),
  };
  return templates.flatMap(({ title, url }) => {
    const names = [...url.matchAll(/\{(id|service|from|to)\}/g)].map(([, name = ""]) => name);
    if (names.some((name) => !values[name]) || !/^https?:\/\//.test(url)) return [];
    return [
      {
        title,
        href: url.replace(/\{(id|service|from|to)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? "")),
      },
    ];
  });
}
