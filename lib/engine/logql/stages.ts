/** A query's stages -> one function on a line. False: the line is not wanted. */
import type { NamedMatcher, Stage } from "@/lib/engine/logql/ast";
import { labelFilter, lineFilter, matcherTest, namesIn } from "@/lib/engine/logql/filters";
import {
  jsonSomeStage,
  jsonStage,
  logfmtSomeStage,
  logfmtStage,
  patternStage,
  regexpStage,
  type Step,
  unpackStage,
} from "@/lib/engine/logql/parsers";
import { printStage } from "@/lib/engine/logql/print";
import { attempt } from "@/lib/engine/logql/refusal";
import { type Template, templateOf } from "@/lib/engine/logql/template";
import { parseError } from "@/lib/engine/logql/tokens";
import {
  allLabels,
  deleteLabel,
  detailsLabel,
  errorLabel,
  type Hints,
  labelOf,
  preserveLabel,
  setParsed,
  type Work,
} from "@/lib/engine/logql/work";

export function pipelineOf(stages: readonly Stage[], hints: Hints): Step {
  const steps = stages.map((stage) => {
    const made = attempt(() => stepOf(stage, hints));
    if (made.ok) return made.value;
    // What a parser refused has its own words already.
    return parseError(
      made.text.startsWith("parse error")
        ? made.text.replace(/^parse error : /, "")
        : `stage '${printStage(stage)}' : ${made.text}`,
    );
  });
  return (work) => steps.every((step) => step(work));
}

/** Labels that the stages read, so that a metric query parses no others. */
export function requiredNames(stages: readonly Stage[]): string[] {
  return stages.flatMap((stage) => {
    switch (stage.kind) {
      case "labels":
        return namesIn(stage.filter);
      case "line-format":
        return [...templateOf(stage.text, "line").labels];
      case "label-format":
        return stage.formats.flatMap(({ from, isTemplate }) =>
          isTemplate ? templateOf(from, "label").labels : [from],
        );
      default:
        return [];
    }
  });
}

function stepOf(stage: Stage, hints: Hints): Step {
  switch (stage.kind) {
    case "line": {
      const test = lineFilter(stage);
      return ({ text }) => test(text);
    }
    case "labels":
      return labelFilter(stage.filter);
    case "json":
      return jsonStage(hints);
    case "json-some":
      return jsonSomeStage(stage.take, hints);
    case "logfmt":
      return logfmtStage(stage.isStrict, stage.keepsEmpty, hints);
    case "logfmt-some":
      return logfmtSomeStage(stage.take, stage.isStrict, hints);
    case "unpack":
      return unpackStage(hints);
    case "regexp":
      return regexpStage(stage.text, hints);
    case "pattern":
      return patternStage(stage.text, hints);
    case "decolorize":
      return decolorize;
    case "line-format":
      return lineFormat(stage.text);
    case "label-format":
      return labelFormat(stage.formats);
    case "drop":
      return dropLabels(stage.labels);
    case "keep":
      return keepLabels(stage.labels);
  }
}

// The escape sequences of terminals: colours, cursor, titles.
const [esc, bell, csi] = ["\\u001B", "\\u0007", "\\u009B"];
const ansi = new RegExp(
  `[${esc}${csi}][[\\]()#;?]*(?:(?:(?:[a-zA-Z\\d]*(?:;[a-zA-Z\\d]*)*)?${bell})|(?:(?:\\d{1,4}(?:;\\d{0,4})*)?[\\dA-PRZcf-ntqry=><~]))`,
  "g",
);
const decolorize: Step = (work) => {
  work.text = work.text.replace(ansi, "");
  return true;
};

/** What a line makes of a template; undefined, and the line marked, where it does not fit. */
function printedBy(template: Template, work: Work, labels = allLabels(work)): string | undefined {
  try {
    return template.print({ labels, line: work.text });
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof URIError)) throw error;
    work.error = "TemplateFormatErr";
    work.details = error.message;
    return undefined;
  }
}

function lineFormat(source: string): Step {
  const parsed = attempt(() => templateOf(source, "line"));
  if (!parsed.ok)
    return parseError(
      `stage '${printStage({ kind: "line-format", text: source })}' : invalid line template: ${parsed.text}`,
    );
  const template = parsed.value;
  return (work) => {
    work.text =
      template.only === null ? (printedBy(template, work) ?? work.text) : (labelOf(work, template.only) ?? "");
    return true;
  };
}

function labelFormat(formats: Extract<Stage, { kind: "label-format" }>["formats"]): Step {
  const whole = printStage({ kind: "label-format", formats });
  const twice = formats.find(({ label }, i) => formats.findIndex((each) => each.label === label) !== i);
  if (formats.some(({ label }) => label === errorLabel))
    parseError(`stage '${whole}' : ${errorLabel} cannot be formatted`);
  if (twice)
    parseError(`stage '${whole}' : multiple label name '${twice.label}' not allowed in a single format operation`);
  const made = formats.map(({ label, from, isTemplate }) => {
    const parsed = isTemplate ? attempt(() => templateOf(from, "label")) : null;
    if (parsed && !parsed.ok)
      return parseError(`stage '${whole}' : invalid template for label '${label}': ${parsed.text}`);
    return { label, from, template: parsed?.value ?? null };
  });
  return (work) => {
    // All templates of one stage see what was there before its first.
    let labels: ReturnType<typeof allLabels> | undefined;
    for (const { label, from, template } of made) {
      if (template) {
        labels ??= allLabels(work);
        const value = printedBy(template, work, labels);
        if (value !== undefined) setParsed(work, label, value);
        continue;
      }
      const value = labelOf(work, from);
      if (value === undefined) continue;
      setParsed(work, label, value);
      deleteLabel(work, from);
    }
    return true;
  };
}

function dropLabels(labels: readonly NamedMatcher[]): Step {
  const drops = labels.map(({ name, matcher }) => ({ name, test: matcher ? matcherTest(matcher) : null }));
  return (work) => {
    for (const { name, test } of drops) {
      if (name === errorLabel) {
        if (test?.(work.error) ?? true) work.error = "";
      } else if (name === detailsLabel) {
        if (test?.(work.details) ?? true) work.details = "";
      } else {
        const value = labelOf(work, name);
        if (test ? test(value ?? "") : value !== undefined) deleteLabel(work, name);
      }
    }
    return true;
  };
}

function keepLabels(labels: readonly NamedMatcher[]): Step {
  const special = [errorLabel, detailsLabel, preserveLabel];
  const keeps = labels.map(({ name, matcher }) => ({ name, test: matcher ? matcherTest(matcher) : null }));
  return (work) => {
    for (const [name, value] of Object.entries(allLabels(work))) {
      if (special.includes(name)) continue;
      if (!keeps.some((keep) => keep.name === name && (keep.test?.(value) ?? true))) deleteLabel(work, name);
    }
    return true;
  };
}
