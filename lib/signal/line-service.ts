/** The service that Compose's own label names, where only a container's name stands against it. */
import type { Labels } from "@/lib/signal/labels";

/**
 * Compose numbers its containers, and Loki takes a container's name for the service's where no label says more
 * (`discover_service_name`): then the label Compose sets itself is the name. Undefined where something else names it.
 */
export function composeService(labels: Labels): string | undefined {
  const own = labels.compose_service ?? labels.com_docker_compose_service;
  const container = labels.container ?? labels.container_name;
  const told = labels.service_name ?? labels.service ?? labels.app;
  return told === undefined || told === container || told === "unknown_service" ? own : undefined;
}
