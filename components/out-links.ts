/** Configured link templates -> links about this investigation. A link whose placeholder has no value yet is left out. Pure. */
import type { LinkSetting } from "@/lib/setting";
import { printInstant, type Window } from "@/lib/signal/time";

type Values = {
  readonly id: string | null;
  readonly service: string | null;
  readonly window: Window | null;
  /** `{line.strategy_id}`: a field of the lines; null = no line carries it. */
  readonly line?: (field: string) => string | null;
};

export function outLinks(
  templates: readonly LinkSetting[],
  { id, service, window, line }: Values,
): readonly { readonly title: string; readonly href: string }[] {
  const values: Readonly<Record<string, string | null>> = {
    id,
    service,
    from: window && printInstant(window.from),
    to: window && printInstant(window.to),
  };
  return templates.flatMap(({ title, url }) => {
    if (!/^https?:\/\//.test(url)) return [];
    let isWhole = true;
    const href = url.replace(/\{(id|service|from|to|line\.[\w.-]+)\}/g, (_, name: string) => {
      const value = name.startsWith("line.") ? (line?.(name.slice(5)) ?? null) : values[name];
      isWhole &&= Boolean(value);
      return encodeURIComponent(value ?? "");
    });
    return isWhole ? [{ title, href }] : [];
  });
}
