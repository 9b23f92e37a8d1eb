import { expect, test } from "vitest";
import type { Facts } from "@/lib/recipes/facts";
import { holding } from "@/lib/recipes/held";
import { identityQuestion } from "@/lib/recipes/red";
import { traceQuestion } from "@/lib/recipes/trace-by-id";
import { at, drawnTraceId, drawnWindow, gapOf, serviceFrom } from "@/test/draw";
import { environment, evidenceFor, upstream } from "@/test/installation";
import { growthOf } from "@/test/worked";

const answered = () => evidenceFor(traceQuestion(upstream("tempo"), drawnTraceId, []), gapOf("not-found"));

test("an answer that several look at in turn is worked out once for each of them", () => {
  const held = holding<string>();
  const evidence = answered();
  const made: string[] = [];
  const look = (key: string): string =>
    held(evidence, key, () => {
      made.push(key);
      return key;
    });
  for (const key of ["own", "path", "own", "path", "own"]) expect(look(key)).toBe(key);
  expect(made).toEqual(["own", "path"]);
  // What is looked at no more makes room; another answer has nothing in common.
  for (const key of ["a", "b", "c", "d", "own"]) look(key);
  expect(made).toEqual(["own", "path", "a", "b", "c", "d", "own"]);
  expect(held(answered(), "own", () => "another")).toBe("another");
});

test("the probe for names is put together once a path, also where two paths are asked for in turn", () => {
  const factsOf = (names: readonly string[]): Facts => ({
    ...{ environment: environment(["prometheus"]), evidence: [], startedAt: at("14:00:00"), now: at("14:00:00") },
    ...{ focus: drawnWindow, window: drawnWindow, trace: null, cites: [] },
    subjects: names.map((name) => ({ service: serviceFrom(name), kubernetesNamespace: null })),
  });
  const [own, path] = [factsOf(["gateway", "cart"]), factsOf(["payment", "order"])];
  const ask = (facts: Facts) => identityQuestion(facts, upstream("prometheus"));
  const inTurn = () => [ask(own), ask(path)];
  expect(inTurn()[0]?.text).not.toBe(inTurn()[1]?.text);
  // Two for one, and nothing for putting together, which takes twenty times as long as asking.
  expect(growthOf(() => ask(own), inTurn, 8)).toBeLessThanOrEqual(8);
});
