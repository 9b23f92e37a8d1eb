import { describe, expect, test } from "vitest";
import { type Subject, seenInLines, seenInResources } from "@/lib/identity/subject";
import { workloadOf, workloadOfPod } from "@/lib/identity/workload";
import type { Attributes } from "@/lib/signal/trace";
import { serviceFrom } from "@/test/draw";

const told = (attributes: Attributes, name = "payment"): Subject => {
  const service = serviceFrom(name);
  return { service, kubernetesNamespace: "shop", seen: seenInResources([{ service, version: null, attributes }]) };
};
const fits = (subject: Subject, pod: string): boolean => new RegExp(`^(?:${workloadOf(subject).pods})$`).test(pod);

test.each([
  ["payment-7d9f8c6b5-x2x4z", { name: "payment", kind: "Deployment" }],
  ["shop-payment-v2-7d9f8c6b5-x2x4z", { name: "shop-payment-v2", kind: "Deployment" }],
  ["payment-0", { name: "payment", kind: "StatefulSet" }],
  ["payment-x2x4z", { name: "payment", kind: "DaemonSet" }],
  ["payment-https", undefined],
  ["payment", undefined],
  ["payment-worker", undefined],
])("pod %s is of %j", (pod, workload) => {
  expect(workloadOfPod(pod)).toEqual(workload);
});

describe("the workload of a service", () => {
  test("is the one its spans name, in the namespace they name", () => {
    expect(workloadOf(told({ "k8s.deployment.name": "pay" }))).toMatchObject({
      namespace: "shop",
      name: "pay",
      kind: "Deployment",
      basis: "told",
      because: "its spans name Deployment pay in namespace shop",
    });
  });

  test("is read off a pod's name where only that is told", () => {
    expect(workloadOf(told({ "k8s.pod.name": "pay-7d9f8c6b5-x2x4z" }))).toMatchObject({ name: "pay", basis: "pod" });
    const service = serviceFrom("payment");
    const seen = seenInLines([{ pod: "pay-7d9f8c6b5-x2x4z" }]);
    expect(workloadOf({ service, kubernetesNamespace: null, seen }).because).toBe(
      "its lines with this id came from pod pay-7d9f8c6b5-x2x4z",
    );
  });

  test("is both, where a stable and a canary one served", () => {
    const service = serviceFrom("payment");
    const seen = seenInLines([{ pod: "payment-7d9f8c6b5-x2x4z" }, { pod: "payment-canary-5c4f7d9b8-k2k4z" }]);
    const subject: Subject = { service, kubernetesNamespace: "shop", seen };
    expect(fits(subject, "payment-7d9f8c6b5-b2b4b")).toBe(true);
    expect(fits(subject, "payment-canary-5c4f7d9b8-b2b4b")).toBe(true);
  });

  test("is looked for by the service's name where nothing is told", () => {
    expect(workloadOf(told({}, "Shop.Payment_API"))).toMatchObject({ name: "shop-payment-api", basis: "name" });
  });

  test.each([
    ["payment-7d9f8c6b5-x2x4z", true],
    ["payment-0", true],
    ["payment-x2x4z", true],
    ["payment-worker-7d9f8c6b5-x2x4z", false],
    ["payment-worker-0", false],
    ["payments-7d9f8c6b5-x2x4z", false],
    ["shop-payment-7d9f8c6b5-x2x4z", false],
  ])("known by name only, has pod %s: %j", (pod, own) => {
    expect(fits(told({}), pod)).toBe(own);
  });
});
