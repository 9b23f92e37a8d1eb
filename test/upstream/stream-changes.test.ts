import { expect, test } from "vitest";
import type { ChangeStreamSetting } from "@/lib/setting";
import { changesFrom } from "@/lib/upstream/stream-changes-read";
import { at, linesFrom } from "@/test/draw";

const stream: ChangeStreamSetting = {
  name: "kubernetes-events",
  query: '{job="kube-event-exporter"}',
  kind: "event",
  serviceField: "name",
  versionField: null,
  titleField: "message",
};
const drawn = (text: string, metadata = {}) => changesFrom(linesFrom(text, metadata), stream);

test("a line is a change at its time, with its service and its words", () => {
  const [change] = drawn(
    '14:03:10.000 WARN events {"reason":"Unhealthy","name":"payment-7d9c","namespace":"shop","message":"Readiness probe failed"}',
  );
  expect(change).toMatchObject({
    kind: "event",
    at: at("14:03:10"),
    title: "Unhealthy: Readiness probe failed",
    service: { name: "payment-7d9c", namespace: "shop" },
    source: "Loki stream kubernetes-events",
  });
});

test("logfmt and labels are read as well, the label first", () => {
  expect(drawn('14:03:10.000 WARN events reason=BackOff name=cart message="back-off restarting"')[0]).toMatchObject({
    title: "BackOff: back-off restarting",
    service: { name: "cart" },
  });
  expect(drawn("14:03:10.000 WARN events name=cart message=x", { name: "payment" })[0]?.service?.name).toBe("payment");
});

test("the same thing said again is one change with a count and an end", () => {
  const lines = ["10", "20", "30"]
    .map((second) => `14:03:${second}.000 WARN events {"reason":"BackOff","name":"cart","message":"restarting"}`)
    .join("\n");
  expect(drawn(lines)).toEqual([
    expect.objectContaining({ title: "BackOff: restarting ×3", at: at("14:03:10"), until: at("14:03:30") }),
  ]);
});

test("a line without the fields is still told", () => {
  expect(drawn("14:03:10.000 INFO deployer something happened")[0]).toMatchObject({
    service: null,
    version: null,
    title: expect.stringContaining("something happened"),
  });
});
