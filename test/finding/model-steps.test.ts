import { describe, expect, test } from "vitest";
import type { Evidence } from "@/lib/evidence";
import { textOf } from "@/lib/finding/words";
import { evidenceOf, traceAnswer } from "@/test/draw";
import { errors, findingOf, said } from "@/test/finding/checkout";

const of = (text: string, partial = false): Evidence => ({
  ...evidenceOf(traceAnswer(text), { kind: "trace-by-id" }),
  ...(partial ? { partial: true, notes: ["trace exceeds max size"] } : {}),
});
const chat = (tokensIn: number, tokensOut: number): string =>
  `{gen_ai.operation.name=chat, gen_ai.request.model=mini, gen_ai.usage.input_tokens=${tokensIn}, gen_ai.usage.output_tokens=${tokensOut}}`;
const tool = (name: string): string => `{gen_ai.operation.name=execute_tool, gen_ai.tool.name=${name}}`;

const failing = `
  bot    turn          0-900 ! {gen_ai.operation.name=invoke_agent, gen_ai.request.model=mini}
    bot  openai.chat   10-400 ${chat(812, 46)}
    bot  tool.search   410-430 ${tool("search")}
    bot  openai.chat   440-800 ${chat(1_420, 61)}
    bot  tool.track    810-814 ! "carrier is missing" ${tool("track")}`;

describe("which step of an agent failed", () => {
  test("is said with why, and with what models and tools did before it", () => {
    expect(said([of(failing)], "model-steps")).toBe(
      "Step 4 of 4 that models and tools took in bot failed: tool.track: “carrier is missing”; before it 2 model calls (openai.chat mini ×2; 2,232 tokens in, 107 out) and 1 tool call (search).",
    );
  });

  test("and each step is a line of its own, with its time and its tokens", () => {
    expect(findingOf([of(failing)], "model-steps")?.parts?.map(textOf)).toEqual([
      "1. openai.chat mini, 390 ms, 812 tokens in, 46 out",
      "2. tool.search, 20 ms",
      "3. openai.chat mini, 360 ms, 1,420 tokens in, 61 out",
      "4. tool.track, 4 ms failed",
    ]);
  });

  test("also in the words that the conventions had before", () => {
    const text = `
      bot    turn   0-900 !
        bot  ask    10-400 ! {gen_ai.system=x, gen_ai.request.model=mini, gen_ai.usage.prompt_tokens=9}`;
    expect(said([of(text)], "model-steps")).toBe(
      "Step 1 of 1 that models and tools took in bot failed: ask; before it none.",
    );
  });

  test("of a hundred steps the last ones are listed", () => {
    const steps = Array.from({ length: 100 }, (_, i) => `  bot call${i} ${10 + i}-${11 + i} ${chat(1, 1)}`);
    const text = ["bot turn 0-900 !", ...steps, `  bot tool.x 200-210 ! ${tool("x")}`].join("\n");
    const parts = findingOf([of(text)], "model-steps")?.parts ?? [];
    expect(parts).toHaveLength(24);
    expect(textOf(parts.at(-1) ?? [])).toBe("101. tool.x, 10 ms failed");
  });

  test("weakens where the trace is not whole", () => {
    const [whole, cut] = [findingOf([of(failing)], "model-steps"), findingOf([of(failing, true)], "model-steps")];
    expect(cut?.weakenedBy).toEqual(["tempo: trace exceeds max size"]);
    expect(cut?.score).toBeLessThan(whole?.score ?? 0);
  });

  test.each([
    ["no step failed", failing.replace(/! "carrier is missing"/, "").replace("0-900 !", "0-900")],
    ["no model is in the trace", "gateway GET / 0-120 !\n  redis GET 10-14 !"],
  ])("silent where %s", (_, text) => {
    expect(said([of(text)], "model-steps")).toBe("");
  });
  test("silent without a trace", () => {
    expect(said([errors], "model-steps")).toBe("");
  });
});
