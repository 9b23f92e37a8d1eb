import { expect, test } from "vitest";
import { type AnnotationQuery, annotationsFor } from "@/lib/demo/annotations";
import { silentHandshake } from "@/lib/demo/incidents/silent-handshake";
import { shop } from "@/lib/demo/scenarios/shop";
import { createWorld } from "@/lib/demo/world";
import { hour, minute, shift, toInstant } from "@/lib/signal/time";

const zero = toInstant(1_795_270_203_000);
const world = createWorld(shop, [silentHandshake], { seed: 7, zero });
/** While it burns; an hour later it is over. */
const rows = world.annotations({ from: world.origin, to: shift(zero, 15 * minute) });
const all: AnnotationQuery = { from: null, to: null, type: null, tags: [], matchAny: false, limit: 100 };

test.each<[string, Partial<AnnotationQuery>, string[]]>([
  ["newest first", { limit: 2 }, ["CheckoutErrorRateHigh Alerting", "CheckoutErrorRateHigh Pending"]],
  ["alert rows do not count as annotations", { type: "annotation", limit: 1 }, ["deploy payment 9.2.0 (a1b2c3d)"]],
  ["alert rows alone", { type: "alert", limit: 1 }, ["CheckoutErrorRateHigh Alerting"]],
  ["edges belong to the range", { from: zero - 85_000, to: zero - 85_000 }, ["deploy payment 9.2.0 (a1b2c3d)"]],
  ["all tags are needed", { tags: ["deploy", "cart"] }, ["deploy cart 3.3.3 (5e0c9aa)"]],
  [
    "one tag is enough if so asked",
    { tags: ["payment", "cart"], matchAny: true },
    ["deploy payment 9.2.0 (a1b2c3d)", "deploy cart 3.3.3 (5e0c9aa)"],
  ],
  ["an unknown tag finds nothing", { tags: ["deploy", "nobody"] }, []],
])("annotations: %s", (_, query, texts) => {
  expect(annotationsFor(rows, { ...all, ...query }).map(({ text }) => text)).toEqual(texts);
});

test("an annotation keeps its id when later ones come", () => {
  const early = world.annotations({ from: world.origin, to: shift(zero, -minute) });
  expect(rows.slice(0, early.length)).toEqual(early);
});

test("an hour later the rollback is noted, and that the alert is over", () => {
  const later = world.annotations({ from: world.origin, to: shift(zero, hour) });
  expect(annotationsFor(later, { ...all, limit: 2 }).map(({ text }) => text)).toEqual([
    "CheckoutErrorRateHigh Normal",
    "rollback payment 9.1.4 (77e02bd)",
  ]);
});
