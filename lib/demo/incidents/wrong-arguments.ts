/** The black box: after a change of the prompt the model leaves out an argument of one tool, and the turn has no answer. */
import { wrongArguments } from "@/lib/demo/scenarios/shop-agent";
import { at, deploys, fires, type Incident, type RuleScript, rollsBack } from "@/lib/demo/script";
import { minute, second } from "@/lib/signal/time";

const turns = 'http_requests_total{service="assistant",namespace="shop",route="/turns"';
const failing: RuleScript = {
  name: "AssistantTurnsFail",
  expression: `sum(rate(${turns},code=~"5.."}[2m])) / sum(rate(${turns}}[2m])) > 0.1`,
  pendingFor: minute,
  labels: { severity: "warning", namespace: "shop", service: "assistant" },
  annotations: { summary: "More than a tenth of the assistant's turns end without an answer" },
};

export const wrongArgumentsIncident: Incident = {
  name: "wrong-arguments",
  story: "Since assistant 0.9.6 a tool is called with arguments that do not parse: four turns in ten have no answer.",
  script: [
    at(-14 * minute, deploys("projector", "1.6.2", "50cde31")), // innocent
    at(-100 * second, deploys("assistant", "0.9.6", "b7d44e0")),
    at(0, { ...wrongArguments, lasts: 20 * minute }),
    at(20 * minute, rollsBack("assistant", "0.9.5", "3fc1a60")),
    at(45 * second, fires(failing, 19.5 * minute)),
  ],
};
