import { expect, test } from "vitest";
import { changesOf } from "@/lib/changes";
import { changeFrom, evidenceOf } from "@/test/draw";

const payment = { name: "payment", namespace: null };
const told = (...changes: ReturnType<typeof changeFrom>[]) =>
  changesOf([evidenceOf({ kind: "changes", changes }, { kind: "annotations" })]);

test("a commit and a release number seen within two minutes are one deploy, at the more exact time", () => {
  const annotation = changeFrom("payment a1b2c3d", "14:01:45", {
    service: payment,
    version: "a1b2c3d",
    source: "Grafana annotation",
  });
  const sight = changeFrom("payment 9.2.0", "14:02:15", {
    service: payment,
    version: "9.2.0",
    notBefore: annotation.at,
    source: "version in metrics",
  });
  expect(told(annotation, sight)).toEqual([
    expect.objectContaining({
      title: "payment 9.2.0",
      version: "9.2.0",
      at: annotation.at,
      tags: expect.arrayContaining(["a1b2c3d"]),
      source: "Grafana annotation, version in metrics",
    }),
  ]);
});

test("two releases of one service are two deploys, however near", () => {
  const one = changeFrom("payment 9.2.0", "14:01:45", { service: payment, version: "9.2.0" });
  const two = changeFrom("payment 9.2.1", "14:02:15", { service: payment, version: "9.2.1" });
  expect(told(one, two)).toHaveLength(2);
});
