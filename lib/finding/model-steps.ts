/**
 * "Step 6 of 6 of assistant's agent.turn failed: tool track_parcel: “…”; before it 3 model calls (…, 3,922 tokens in, 165
 * out) and 2 tool calls": which step of an agent failed. Source: OpenTelemetry's conventions for generative AI, spans and
 * attributes, with the names they had before (`gen_ai.system`, `gen_ai.usage.prompt_tokens`).
 */
import type { Phrase } from "@/lib/finding/finding";
import type { Claim } from "@/lib/finding/seen";
import { missingOf } from "@/lib/finding/whole-trace";
import { cite, list, plain, plural, quoted } from "@/lib/finding/words";
import { printDuration } from "@/lib/signal/time";
import {
  type AttributeValue,
  attributesOf,
  hasFlag,
  spanAt,
  spanCount,
  spanFlag,
  type Trace,
  type TraceDetails,
} from "@/lib/signal/trace";

export type ModelStep = {
  readonly row: number;
  readonly kind: "model" | "tool";
  /** The span's own name. */
  readonly name: string;
  /** The model that was asked; of a tool its name. */
  readonly what: string;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly failed: boolean;
};

const textOf = (value: AttributeValue | undefined): string => (typeof value === "string" ? value : "");
const countOf = (value: AttributeValue | undefined): number =>
  Number.isFinite(Number(value)) ? Math.max(0, Number(value)) : 0;
const asks: ReadonlySet<string> = new Set(["chat", "text_completion", "generate_content", "embeddings"]);

/** Model and tool calls of a trace in the order they began; empty for a trace without any. */
export function modelStepsOf(trace: Trace, details: TraceDetails): ModelStep[] {
  if (!details.keys.some((key) => key.startsWith("gen_ai."))) return [];
  const steps: ModelStep[] = [];
  for (let row = 0; row < spanCount(trace); row += 1) {
    const told = Object.fromEntries(attributesOf(details, row));
    const operation = textOf(told["gen_ai.operation.name"]);
    const tool = textOf(told["gen_ai.tool.name"]);
    const model = textOf(told["gen_ai.request.model"]);
    const isTool = operation === "execute_tool" || (operation === "" && tool !== "");
    // Agents and workflows hold the calls of models beneath them, and may name the model, too.
    const isModel = !isTool && (asks.has(operation) || (operation === "" && model !== ""));
    if (!isTool && !isModel) continue;
    steps.push({
      row,
      kind: isTool ? "tool" : "model",
      name: spanAt(trace, row).name,
      what: isTool ? tool : model,
      tokensIn: countOf(told["gen_ai.usage.input_tokens"] ?? told["gen_ai.usage.prompt_tokens"]),
      tokensOut: countOf(told["gen_ai.usage.output_tokens"] ?? told["gen_ai.usage.completion_tokens"]),
      failed: hasFlag(trace, row, spanFlag.failed),
    });
  }
  return steps.sort((a, b) => (trace.start[a.row] ?? 0) - (trace.start[b.row] ?? 0) || a.row - b.row);
}

/** `3 model calls (openai.chat gpt-5-mini ×2, anthropic.chat claude-haiku; 3,922 tokens in, 165 out)` */
function modelsInWords(steps: readonly ModelStep[]): string[] {
  const models = steps.filter(({ kind }) => kind === "model");
  if (models.length === 0) return [];
  const sum = (of: (step: ModelStep) => number): string =>
    models.reduce((total, step) => total + of(step), 0).toLocaleString("en-US");
  const alike = [...Map.groupBy(models, ({ name, what }) => (name.includes(what) ? name : `${name} ${what}`))];
  const names = alike.map(([name, own]) => `${quoted(name, 60)}${own.length > 1 ? ` ×${own.length}` : ""}`);
  const tokens = `${sum(({ tokensIn }) => tokensIn)} tokens in, ${sum(({ tokensOut }) => tokensOut)} out`;
  return [`${plural(models.length, "model call")} (${list(names)}; ${tokens})`];
}
function toolsInWords(steps: readonly ModelStep[]): string[] {
  const tools = steps.filter(({ kind }) => kind === "tool");
  const names = list([...new Set(tools.map(({ what, name }) => quoted(what || name, 60)))]);
  return tools.length === 0 ? [] : [`${plural(tools.length, "tool call")} (${names})`];
}

/** Lines of a list that is still read at a glance. */
const mostParts = 24;

/** `3. openai.chat gpt-5-mini, 510 ms, 1,420 tokens in, 61 out` */
function partOf(step: ModelStep, number: number, trace: Trace, question: string): Phrase[] {
  const { row, kind, name, what, tokensIn, tokensOut, failed } = step;
  const print = (count: number): string => count.toLocaleString("en-US");
  const model = kind === "tool" || name.includes(what) ? "" : ` ${quoted(what, 60)}`;
  const tokens = kind === "tool" ? "" : `, ${print(tokensIn)} tokens in, ${print(tokensOut)} out`;
  return [
    plain(`${number}. `),
    cite(quoted(name, 80), "code", [question], "trace", { row }),
    plain(`${model}, ${printDuration(spanAt(trace, row).duration / 1e6)}${tokens}`),
    ...(failed ? [cite(" failed", "error", [question], "trace", { row })] : []),
  ];
}

function messageOf(details: TraceDetails, row: number): string {
  const exception = details.events.find((event) => event.row === row && event.name === "exception")?.attributes;
  const status = details.statusMessages.find((each) => each.row === row)?.message;
  return [status, textOf(exception?.["exception.message"]), textOf(exception?.["exception.type"])].find(Boolean) ?? "";
}

export const modelSteps: Claim = {
  reads: ["trace-by-id"],
  judge: (seen) => {
    const { trace } = seen;
    if (!trace) return [];
    const { trace: columns, details } = trace.answer;
    const steps = modelStepsOf(columns, details);
    // What a step calls in turn may be a step that failed first: the deepest began last.
    const at = steps.findLastIndex(({ failed }) => failed);
    const step = steps[at];
    if (!step) return [];
    const { id } = trace.question;
    const before = steps.slice(0, at);
    const others = before.filter(({ failed }) => failed).length;
    const done = [...modelsInWords(before), ...toolsInWords(before)];
    const message = messageOf(details, step.row);
    const weakenedBy = missingOf(seen, trace, "they may be steps, too");
    const isPart = weakenedBy.length > 0;
    return [
      {
        id: `model-steps ${columns.id} ${columns.spanId[step.row] ?? step.row}`,
        kind: "model-steps",
        sentence: [
          plain(
            `Step ${at + 1} of ${isPart ? `the ${steps.length} seen` : steps.length} that models and tools took in `,
          ),
          cite(spanAt(columns, step.row).service.name, "service", [id], "trace", { row: step.row }),
          plain(" failed: "),
          cite(quoted(step.name, 80), "code", [id], "trace", { row: step.row }),
          plain(
            `${message === "" ? "" : `: “${quoted(message)}”`}; before it ${done.length === 0 ? `none${isPart ? " seen" : ""}` : list(done)}${
              others > 0 ? `, ${plural(others, "of them failed", "of them failed")}` : ""
            }.`,
          ),
        ],
        parts: steps
          .slice(Math.max(0, at + 1 - mostParts))
          .slice(0, mostParts)
          .map((each) => partOf(each, steps.indexOf(each) + 1, columns, id)),
        score: 0.93 - (isPart ? 0.1 : 0),
        at: null,
        cites: [id],
        weakenedBy,
      },
    ];
  },
};
