import { describe, expect, test } from "vitest";
import { lineIdentities, lineSelectors } from "@/lib/identity/lines";
import type { Subject } from "@/lib/identity/subject";
import type { Labels } from "@/lib/signal/labels";
import { serviceFrom } from "@/test/draw";

const subject = (name: string, kubernetesNamespace: string | null = null): Subject => ({
  service: serviceFrom(name),
  kubernetesNamespace,
});
const identities = (subjects: readonly Subject[], streams: readonly Labels[]) =>
  lineIdentities(subjects, streams, [], "shop/loki", []);
const selectors = (subjects: readonly Subject[], streams: readonly Labels[]): string[] =>
  lineSelectors(identities(subjects, streams)).map(({ selector }) => selector);

const both = [
  { app: "payment", namespace: "billing" },
  { app: "payment", namespace: "shop" },
  { app: "order", namespace: "shop" },
];

describe("streams of one name in two namespaces", () => {
  test("are told apart by the namespace the trace tells", () => {
    expect(selectors([subject("payment", "shop")], both)).toEqual(['{app="payment",namespace="shop"}']);
    expect(selectors([subject("payment", "billing")], both.toReversed())).toEqual([
      '{app="payment",namespace="billing"}',
    ]);
  });

  test("are left as one where the trace tells none, and the identity says so", () => {
    expect(selectors([subject("payment")], both)).toEqual(['{app="payment"}']);
    expect(identities([subject("payment")], both)[0]?.because).toBe(
      "app is its name in 2 streams; of namespaces billing and shop, as the trace does not tell which",
    );
  });

  test("of a name that only one namespace has need no namespace", () => {
    expect(selectors([subject("order", "shop")], both)).toEqual(['{app="order"}']);
  });
});

test("services of one label are asked for together, within one namespace where it is asked for", () => {
  const streams = [...both, { app: "order", namespace: "billing" }, { app: "cart", namespace: "shop" }];
  const subjects = [subject("payment", "shop"), subject("order", "shop"), subject("cart", "shop")];
  expect(selectors(subjects, streams)).toEqual(['{app=~"order|payment",namespace="shop"}', '{app="cart"}']);
});

test("the spelling of the trace comes first, in any order of the streams", () => {
  const streams = [{ app: "Payment" }, { app: "payment" }];
  for (const each of [streams, streams.toReversed()])
    expect(selectors([subject("payment")], each)).toEqual(['{app="payment"}']);
});
