/**
 * One turn of the shop's agent: four calls of a model, three of tools, spans after OpenTelemetry's conventions for
 * generative AI, and lines of six layers (handler, agent, client, cache, guardrail, tool) that share one trace id.
 */
import {
  calls,
  concludes,
  type Fault,
  laments,
  type SpanAttributes,
  type Step,
  says,
  serves,
  uses,
  works,
} from "@/lib/demo/script";

const layer = (name: string) => ({ layer: name });

const chat = (provider: "openai" | "anthropic", model: string, ms: number, tokens: readonly [number, number]): Step =>
  uses(
    "assistant",
    `${provider}.chat`,
    ms,
    {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": provider,
      "gen_ai.request.model": model,
      "gen_ai.usage.input_tokens": tokens[0],
      "gen_ai.usage.output_tokens": tokens[1],
      "server.address": `api.${provider}.example`,
    },
    concludes("info", `model answered in {ms}ms tokens_in=${tokens[0]} tokens_out=${tokens[1]}`, layer("client")),
  );

const within = (step: Step, attributes: SpanAttributes): Step => ({ ...step, attributes });

export const toolThatFails = "tool track_parcel";
const tool = (name: string, ...parts: readonly Step[]): Step =>
  within(
    works(
      "assistant",
      `tool ${name}`,
      0.8,
      says("info", `tool call ${name}`, 1, layer("tool")),
      ...parts,
      laments("error", `tool ${name} failed`, layer("tool")),
    ),
    { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": name },
  );

const searchProducts = calls(
  "assistant",
  "stock.v1.Stock/ListProducts",
  "POST stock",
  0.7,
  serves(
    "stock",
    "ListProducts",
    "POST /stock.v1.Stock/ListProducts",
    1.2,
    uses("stock", "SELECT products", 4, {
      "db.system.name": "postgresql",
      "db.operation.name": "SELECT",
      "server.address": "postgres",
    }),
  ),
);
const readOrder = calls(
  "assistant",
  "GET order",
  "GET order",
  0.8,
  serves("order", "GetOrder", "GET /orders/{id}", 1.9, concludes("debug", "order {order} read")),
);

export const askAgent = serves(
  "gateway",
  "POST /assistant",
  "POST /assistant",
  1.6,
  works("gateway", "authenticate", 1.4),
  calls(
    "gateway",
    "POST assistant",
    "POST assistant",
    0.8,
    serves(
      "assistant",
      "POST /turns",
      "POST /turns",
      2.2,
      says("info", "turn started user={user}", 1, layer("handler")),
      within(
        works(
          "assistant",
          "agent.turn",
          1.2,
          says("info", "step limit 8, tools 3", 1, layer("agent")),
          says("debug", "prompt cache hit prefix={p:hex8}", 1, layer("cache")),
          says("debug", "input passed the guardrail", 1, layer("guardrail")),
          chat("openai", "gpt-5-mini", 420, [812, 46]),
          tool("search_products", searchProducts),
          chat("openai", "gpt-5-mini", 510, [1_420, 61]),
          tool("read_order", readOrder),
          chat("anthropic", "claude-haiku", 460, [1_690, 58]),
          tool("track_parcel", calls("assistant", "GET parcels", "GET parcels.example", 64)),
          chat("openai", "gpt-5-mini", 560, [2_030, 118]),
        ),
        { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "shop-assistant" },
      ),
      concludes("info", "turn ended steps=7 in {ms}ms", layer("handler")),
      laments("error", "turn ended without an answer after {ms}ms", layer("handler")),
    ),
  ),
  concludes("info", "POST /assistant {status} in {ms} ms"),
  laments("error", "POST /assistant {status} in {seconds}s"),
);

export const wrongArguments: Fault = {
  kind: "fault",
  routes: ["POST /assistant"],
  service: "assistant",
  step: toolThatFails,
  share: 0.42,
  takes: 3,
  fails: {
    type: "ToolArgumentError",
    message: "arguments do not parse: carrier must be one of dhl, ups, gls, got null",
    status: 502,
  },
  says: [
    {
      after: 2,
      level: "error",
      text: "arguments of track_parcel do not parse: carrier must be one of dhl, ups, gls, got null",
      fields: layer("agent"),
    },
  ],
  lasts: null,
};
