import { expect, test } from "vitest";
import { spanAt, spanFlag } from "@/lib/signal/trace";
import { at, linesFrom, redOf, traceAnswer, valuesFrom } from "@/test/draw";

test("indent is parenthood, siblings stand by start, marks become flags, and the rest of the row is kept", () => {
  const { trace, details } = traceAnswer(`
    gateway               POST /checkout  0-30140 !
      shop/order@3.1.0    reserve         90-110 [client]
      payment             tls.handshake   20- ? "deadline exceeded" {http.status_code=500, ok=false}
        * 30000 exception handshake timed out
  `);
  expect([0, 1, 2].map((row) => spanAt(trace, row).name)).toEqual(["POST /checkout", "tls.handshake", "reserve"]);
  expect(trace.parent).toEqual([-1, 0, 0]);
  expect(trace.flags).toEqual([spanFlag.failed, spanFlag.unfinished, 0]);
  expect(spanAt(trace, 2)).toMatchObject({
    kind: "client",
    resource: { version: "3.1.0", service: { name: "order", namespace: "shop" } },
  });
  expect(details.statusMessages).toEqual([{ row: 1, message: "deadline exceeded" }]);
  expect(details.events[0]).toMatchObject({ row: 1, attributes: { "exception.message": "handshake timed out" } });
  expect(details.values).toEqual([500, false]);
});

test("numbers repeat and holes are drawn", () => {
  expect(valuesFrom("0.1x2 _ 38 _x2")).toEqual([0.1, 0.1, null, 38, null, null]);
});

test("lines and series stand where they were drawn", () => {
  const lines = linesFrom(`
    14:03:12.481 INFO gateway accepted
    14:03:42.000 error payment boom`);
  expect(lines.offset).toEqual([0, 29_519e6]);
  expect(lines.level).toEqual(["info", "error"]);
  expect(redOf("rate", { order: "5x3" }).answer).toMatchObject({ series: [{ start: at("13:33:00"), step: 15_000 }] });
});
