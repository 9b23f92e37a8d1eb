import { expect, test } from "vitest";
import type { Evidence } from "@/lib/evidence";
import { movementsOf } from "@/lib/finding/movements";
import { at, redOf } from "@/test/draw";

/** One job in one namespace: `scope` is what its questions are narrowed by. */
const inScope = (scope: string, evidence: Evidence): Evidence => {
  const { question } = evidence;
  if (question.purpose.kind !== "red") return evidence;
  return {
    ...evidence,
    question: { ...question, id: `${question.id} ${scope}`, purpose: { ...question.purpose, scope } },
  };
};

test("failures are a share of the requests of their own namespace, though another has the same name", () => {
  const known = [
    inScope('namespace="billing"', redOf("rate", { payment: "1000x180" })),
    inScope('namespace="shop"', redOf("rate", { payment: "10x180" })),
    inScope('namespace="shop"', redOf("errors", { payment: "0x120 5x60" })),
  ];
  for (const order of [known, known.toReversed()]) {
    const share = movementsOf(order, at("14:18:05")).find(({ role }) => role === "error-ratio");
    expect(share?.after).toBeCloseTo(0.5, 2);
  }
});
