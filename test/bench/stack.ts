/** The stack to measure against: the one this command runs in (`npm run stack -- npm run bench`), else one of its own. */
import { readFileSync } from "node:fs";
import { startStack } from "@/test/stack/start";

export type BenchStack = {
  /** Of the console, with the servers' own URLs. */
  readonly config: string;
  readonly prometheus: string;
  readonly loki: string;
  readonly otlp: string;
  /** A kept trace of the story. */
  readonly traceId: string;
  readonly stop: () => Promise<void>;
};

type Variables = Readonly<Record<string, string | undefined>>;

function fromVariables(variables: Variables, configFile: string, stop: () => Promise<void>): BenchStack {
  const need = (name: string): string => {
    const value = variables[name];
    if (!value) throw new Error(`${name} is not set: run the bench inside npm run stack, or without it`);
    return value;
  };
  return {
    config: readFileSync(configFile, "utf8"),
    prometheus: need("THROUGHLINE_PROMETHEUS_URL"),
    loki: need("THROUGHLINE_LOKI_URL"),
    otlp: need("STACK_OTLP_URL"),
    traceId: need("STACK_TRACE_ID"),
    stop,
  };
}

export async function benchStack(say: (text: string) => void): Promise<BenchStack> {
  const { THROUGHLINE_CONFIG: given, STACK_TRACE_ID: inside } = process.env;
  if (given && inside) return fromVariables(process.env, given, async () => undefined);
  const stack = await startStack({ say });
  return fromVariables(stack.environment, stack.configFile, stack.stop);
}
