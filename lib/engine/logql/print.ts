/** A query as Loki writes it: one line, its own blanks and quotes. */
import type { Grouping, LabelFilter, Metric, Query, Stage } from "@/lib/engine/logql/ast";
import { printFloat, printGoDuration } from "@/lib/engine/logql/units";
import { quoted } from "@/lib/query/quoted";
import type { Matcher } from "@/lib/signal/labels";

const printMatcher = ({ label, op, value }: Matcher): string => `${label}${op}${quoted(value)}`;
const printSelector = (matchers: readonly Matcher[]): string => `{${matchers.map(printMatcher).join(", ")}}`;

function printBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  const power = bytes < 10 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${value < 10 && power > 0 ? (Math.round(value * 10) / 10).toFixed(1) : Math.round(value)}${units[power]}`;
}

function printLabelFilter(filter: LabelFilter): string {
  switch (filter.kind) {
    case "matcher":
      return /~/.test(filter.matcher.op) && !filter.matcher.value.includes("`")
        ? `${filter.matcher.label}${filter.matcher.op}\`${filter.matcher.value}\``
        : printMatcher(filter.matcher);
    case "and":
      return `( ${printLabelFilter(filter.left)} , ${printLabelFilter(filter.right)} )`;
    case "or":
      return `( ${printLabelFilter(filter.left)} or ${printLabelFilter(filter.right)} )`;
    case "ip":
      return `${filter.label}${filter.op}ip(${quoted(filter.pattern)})`;
    case "number":
      return `${filter.label}${filter.op === "=" ? "==" : filter.op}${printFloat(filter.value)}`;
    case "duration":
      return `${filter.label}${filter.op === "=" ? "==" : filter.op}${printGoDuration(filter.value)}`;
    case "bytes":
      return `${filter.label}${filter.op === "=" ? "==" : filter.op}${printBytes(filter.value)}`;
  }
}

/** One stage, with its bar. */
export function printStage(stage: Stage): string {
  switch (stage.kind) {
    case "line":
      return `${stage.op} ${stage.any.map(({ text, isIp }) => (isIp ? `ip(${quoted(text)})` : quoted(text))).join(" or ")}`;
    case "labels":
      return `| ${printLabelFilter(stage.filter)}`;
    case "json":
    case "unpack":
    case "decolorize":
      return `| ${stage.kind}`;
    case "json-some":
      return `| json ${stage.take.map(({ label, path }) => `${label}=${quoted(path)}`).join(",")}`;
    case "logfmt":
      return `| logfmt${stage.isStrict ? " --strict" : ""}${stage.keepsEmpty ? " --keep-empty" : ""}`;
    case "logfmt-some":
      return `| logfmt ${stage.isStrict ? "--strict " : ""}${stage.take.map(({ label, path }) => `${label}=${quoted(path)}`).join(",")}`;
    case "regexp":
    case "pattern":
      return `| ${stage.kind} ${quoted(stage.text)}`;
    case "line-format":
      return `| line_format ${quoted(stage.text)}`;
    case "label-format":
      return `| label_format ${stage.formats.map(({ label, from, isTemplate }) => `${label}=${isTemplate ? quoted(from) : from}`).join(",")}`;
    case "drop":
    case "keep":
      return `| ${stage.kind} ${stage.labels.map(({ name, matcher }) => (matcher ? printMatcher(matcher) : name)).join(",")}`;
  }
}

const printGrouping = (grouping: Grouping | null): string =>
  grouping === null || (!grouping.without && grouping.labels.length === 0)
    ? ""
    : ` ${grouping.without ? "without" : "by"} (${grouping.labels.join(",")})`;
/** Go's, without the zero minutes and seconds behind: `1h`, `5m`. */
const printRange = (nanos: number): string =>
  printGoDuration(nanos)
    .replace(/(?<=h)0m0s$|(?<=m)0s$/, "")
    .replace(/(?<=h)0m$/, "");

function printRangeAggregation(metric: Extract<Metric, { kind: "range" }>): string {
  const { unwrap, logs } = metric;
  const unwrapped = unwrap
    ? ` | unwrap ${unwrap.conversion ? `${unwrap.conversion}(${unwrap.label})` : unwrap.label}${unwrap.filters.map((filter) => ` | ${printLabelFilter(filter)}`).join("")}`
    : "";
  const offset = metric.offset === 0 ? "" : ` offset ${printGoDuration(metric.offset)}`;
  const parameter = metric.parameter === null ? "" : `${printFloat(metric.parameter)},`;
  const inside = `${printQuery(logs)}${unwrapped}[${printRange(metric.range)}]${offset}`;
  return `${metric.operation}(${parameter}${inside})${printGrouping(metric.grouping)}`;
}

export function printQuery(query: Query): string {
  switch (query.kind) {
    case "logs":
      return [printSelector(query.matchers), ...query.stages.map(printStage)].join(" ");
    case "range":
      return printRangeAggregation(query);
    case "vector": {
      const parameter = query.parameter > 0 ? `${query.parameter},` : "";
      return `${query.operation}${printGrouping(query.grouping)}(${parameter}${printQuery(query.of)})`.replace(
        ") (",
        ")(",
      );
    }
    case "number":
      return printFloat(query.value);
    case "vector-of":
      return `vector(${query.value.toFixed(6)})`;
    case "label-replace":
      return `label_replace(${[printQuery(query.of), ...[query.target, query.replacement, query.source, query.pattern].map(quoted)].join(",")})`;
    case "binary": {
      const { isBool, on, labels, card, include } = query.matching;
      const matching = on || labels.length > 0 ? ` ${on ? "on" : "ignoring"} (${labels.join(",")})` : "";
      const group =
        card === "one-to-one" ? "" : ` ${card === "many-to-one" ? "group_left" : "group_right"} (${include.join(",")})`;
      return `(${printQuery(query.left)} ${query.op}${isBool ? " bool" : ""}${matching}${group} ${printQuery(query.right)})`;
    }
  }
}
