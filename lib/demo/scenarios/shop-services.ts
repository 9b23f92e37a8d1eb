/** Who works in the shop before anything is deployed, and how each ships what it has to say. */
import type { ServiceScript } from "@/lib/demo/script";
import { goKubernetes } from "@/lib/demo/telemetry/go-kubernetes";
import { opentelemetry } from "@/lib/demo/telemetry/opentelemetry";
import { spanMetrics } from "@/lib/demo/telemetry/span-metrics";
import { minute, second } from "@/lib/signal/time";

export const services: readonly ServiceScript[] = [
  {
    name: "gateway",
    version: "4.11.7",
    revision: "09d3f1e",
    pods: 2,
    telemetry: opentelemetry,
    language: "nodejs",
    buildInfo: null,
    idle: { level: "info", text: "rate limiter window closed, {count} clients", every: minute },
  },
  {
    name: "order",
    version: "2.30.2",
    revision: "c41b7aa",
    pods: 2,
    telemetry: opentelemetry,
    language: "java",
    buildInfo: null,
    idle: { level: "info", text: "outbox drained, {count} messages", every: 30 * second },
  },
  {
    name: "payment",
    version: "9.1.4",
    revision: "77e02bd",
    pods: 2,
    telemetry: goKubernetes,
    language: "go",
    buildInfo: "payment_build_info",
    idle: { level: "info", text: "merchant table refreshed rows={count}", every: minute },
  },
  {
    name: "cart",
    version: "3.3.2",
    revision: "b2a90c4",
    pods: 1,
    telemetry: goKubernetes,
    language: "go",
    buildInfo: "app_build_info",
    idle: { level: "debug", text: "evicted {count} expired carts", every: 45 * second },
  },
  {
    name: "stock",
    version: "1.18.0",
    revision: "e6517d2",
    pods: 1,
    telemetry: spanMetrics,
    language: "python",
    buildInfo: null,
    idle: { level: "info", text: "levels synced skus={count}", every: minute },
  },
  {
    name: "projector",
    version: "1.6.1",
    revision: "d08b7e3",
    pods: 1,
    telemetry: goKubernetes,
    language: "go",
    buildInfo: "app_build_info",
    idle: { level: "info", text: "offsets committed topic=orders.created rows={count}", every: 30 * second },
  },
  {
    name: "assistant",
    version: "0.9.5",
    revision: "3fc1a60",
    pods: 1,
    telemetry: goKubernetes,
    language: "go",
    buildInfo: "app_build_info",
    idle: { level: "debug", text: "prompt cache holds {count} entries", every: minute },
  },
];
