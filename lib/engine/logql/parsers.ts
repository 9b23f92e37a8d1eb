/** The stages that make labels of a line's text. False: the line is dropped. */
import type { Extraction } from "@/lib/engine/logql/ast";
import { labelFilter } from "@/lib/engine/logql/filters";
import {
  eachField,
  type JsonError,
  type JsonValue,
  printJson,
  readPath,
  unescaped,
  valueIn,
} from "@/lib/engine/logql/json";
import { eachPair } from "@/lib/engine/logql/logfmt";
import { patternParser } from "@/lib/engine/logql/pattern";
import { attempt } from "@/lib/engine/logql/refusal";
import { regexpOf, translateRegexp } from "@/lib/engine/logql/regexp";
import { parseError } from "@/lib/engine/logql/tokens";
import {
  allExtracted,
  failWork,
  type Hints,
  isWanted,
  labelName,
  labelOf,
  nameFor,
  setParsed,
  suffix,
  type Work,
  wantsNothing,
} from "@/lib/engine/logql/work";

export type Step = (work: Work) => boolean;

/** What a label must be, as soon as it is known. */
export function earlyFilter(hints: Hints): (work: Work, label: string) => boolean {
  const tests = new Map(hints.filters.toReversed().map(({ label, filter }) => [label, labelFilter(filter)]));
  return (work, label) => tests.get(label)?.(work) ?? true;
}

const jsonError = "JSONParserErr";
const logfmtError = "LogfmtParserErr";
const dropped = { error: "dropped" };

export function jsonStage(hints: Hints): Step {
  const passes = earlyFilter(hints);
  return (work) => {
    if (wantsNothing(work, hints)) return true;
    const visit =
      (path: readonly string[]) =>
      (key: string, value: JsonValue): "stop" | JsonError | undefined => {
        if (value.kind === "object") {
          const inside = [...path, key];
          const prefix = joined(inside);
          const isNeeded = hints.required.length === 0 || hints.required.some((name) => name.startsWith(prefix));
          return isNeeded ? eachField(value.raw, visit(inside)) : undefined;
        }
        if (value.kind !== "array" && value.kind !== "null") {
          const name = path.length === 0 ? labelName(key) : joined([...path, key]);
          const own = name === "" ? "" : nameFor(work, name);
          if (own !== "" && isWanted(work, hints, own)) {
            setParsed(work, own, printJson(value));
            if (!passes(work, own)) return dropped;
          }
        }
        return allExtracted(work, hints) ? "stop" : undefined;
      };
    const failed = eachField(work.text, visit([]));
    if (failed === dropped) return false;
    if (failed && !allExtracted(work, hints)) failWork(work, hints, jsonError, failed.error);
    return true;
  };
}

const joined = (path: readonly string[]): string => {
  const parts = path.map((part) => part.trim()).filter((part) => part !== "");
  return parts.map((part, i) => (i === 0 ? labelName(part) : labelName(part).replace(/^_(?=\d)/, ""))).join("_");
};

const noPath = (path: string): never => parseError(`cannot parse expression [${path}]: syntax error: unexpected $end`);

export function jsonSomeStage(take: readonly Extraction[], hints: Hints): Step {
  const paths = take.map(({ label, path }) => ({ label, steps: readPath(path) ?? noPath(path) }));
  return (work) => {
    const { text } = work;
    if (text === "" || wantsNothing(work, hints)) return true;
    if (!/^["{[]/.test(text)) {
      failWork(work, hints, jsonError, null);
      return true;
    }
    for (const { label, steps } of paths) {
      const value = valueIn(text, steps);
      if (value)
        setParsed(
          work,
          nameFor(work, label),
          value.kind === "object" || value.kind === "array" ? value.raw : printJson(value),
        );
    }
    for (const { label } of paths) if (labelOf(work, label) === undefined) setParsed(work, label, "");
    return true;
  };
}

const isBroken = (value: string): boolean => value.includes("\ufffd");

export function logfmtStage(isStrict: boolean, keepsEmpty: boolean, hints: Hints): Step {
  const passes = earlyFilter(hints);
  return (work) => {
    if (wantsNothing(work, hints)) return true;
    let isDropped = false;
    const error = eachPair(work.text, isStrict, ({ key, value }) => {
      const name = labelName(key);
      const own = name === "" ? "" : nameFor(work, name);
      if (own === "" || !isWanted(work, hints, own) || (value === "" && !keepsEmpty)) return undefined;
      setParsed(work, own, value.replaceAll("\ufffd", " "));
      isDropped = !passes(work, own);
      return isDropped || allExtracted(work, hints) ? "stop" : undefined;
    });
    if (isStrict && error !== undefined && !isDropped) failWork(work, hints, logfmtError, error);
    return !isDropped;
  };
}

export function logfmtSomeStage(take: readonly Extraction[], isStrict: boolean, hints: Hints): Step {
  return (work) => {
    if (wantsNothing(work, hints)) return true;
    for (const { label } of take)
      if (nameFor(work, label) === label && !work.parsed.has(label)) setParsed(work, label, "");
    const error = eachPair(work.text, isStrict, ({ key, value }) => {
      const found = take.find(({ path }) => path === labelName(key));
      if (!found) return undefined;
      const own = nameFor(work, found.label);
      if (own === found.label + suffix && !isWanted(work, hints, own)) return "stop";
      setParsed(work, own, isBroken(value) ? "" : value);
      return undefined;
    });
    if (isStrict && error !== undefined) failWork(work, hints, logfmtError, error);
    return true;
  };
}

export function regexpStage(pattern: string, hints: Hints): Step {
  const passes = earlyFilter(hints);
  const translated = attempt(() => translateRegexp(pattern));
  if (!translated.ok) return parseError(`invalid regexp parser: ${translated.text}`);
  const { names } = translated.value;
  if (names.every((name) => name === null))
    return parseError("invalid regexp parser: at least one named capture must be supplied");
  const regexp = regexpOf(pattern, false);
  return (work) => {
    const found = regexp.exec(work.text);
    if (!found) return true;
    return names.every((name, i) => {
      const own = name === null ? "" : nameFor(work, labelName(name));
      if (own === "" || !isWanted(work, hints, own)) return true;
      setParsed(work, own, found[i + 1] ?? "");
      return passes(work, own);
    });
  };
}

export function patternStage(pattern: string, hints: Hints): Step {
  const passes = earlyFilter(hints);
  const compiled = attempt(() => patternParser(pattern));
  if (!compiled.ok) return parseError(`invalid pattern parser: ${compiled.text}`);
  return (work) =>
    wantsNothing(work, hints) ||
    compiled.value(work.text).every(([name, value]) => {
      const own = nameFor(work, name);
      if (!isWanted(work, hints, own)) return true;
      setParsed(work, own, value);
      return passes(work, own);
    });
}

/** Of Promtail's `pack`: labels beside an `_entry`, which becomes the line. */
export function unpackStage(hints: Hints): Step {
  const passes = earlyFilter(hints);
  return (work) => {
    if (work.text === "" || wantsNothing(work, hints)) return true;
    if (!work.text.startsWith("{")) {
      failWork(work, hints, jsonError, "expecting json object(6), but it is not");
      return true;
    }
    const found: [string, string][] = [];
    let entry: string | undefined;
    const failed = eachField(work.text, (key, value) => {
      if (value.kind !== "string") return undefined;
      if (key === "_entry") entry = unescaped(value.raw) ?? "";
      else {
        const own = nameFor(work, key);
        if (isWanted(work, hints, own)) found.push([labelName(own), printJson(value)]);
      }
      return undefined;
    });
    if (failed) {
      failWork(work, hints, jsonError, failed.error);
      return true;
    }
    if (entry === undefined) return true;
    work.text = entry;
    return found.every(([name, value]) => {
      setParsed(work, name, value);
      return passes(work, name);
    });
  };
}
