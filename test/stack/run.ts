/**
 * `npm run stack`: starts the stack and keeps it alive until it is told to stop.
 * `npm run stack -- [--live] <command …>`: runs the command against it, stops, and ends with the command's code. The
 * world stands still meanwhile, unless it is to be live.
 */
import { spawn } from "node:child_process";
import { type Stack, startStack } from "@/test/stack/start";

const say = (text: string): void => console.error(`stack: ${text}`);

function printStack({ urls, environment, configFile, traceId, fed, zero }: Stack): string {
  const rows = Object.entries(urls).map(
    ([kind, url]) => `  ${kind.padEnd(13)}${url ?? "none given (STACK_TEMPO_URL, STACK_TEMPO_OTLP_URL)"}`,
  );
  return `
${rows.join("\n")}

fed: ${fed.samples} samples, ${fed.exemplars} exemplars, ${fed.lines} lines, ${fed.traces} traces; the incident began ${new Date(zero).toISOString()}

the console on it, either way:
  THROUGHLINE_CONFIG=${configFile} npm start
  ${Object.entries(environment)
    .filter(([name]) => name.startsWith("THROUGHLINE_"))
    .map(([name, url]) => `${name}=${url}`)
    .join(" ")} npm start

a trace id to paste:
  ${traceId}

Ctrl-C stops everything.`;
}

/** Settles with the first signal that asks to stop, as the exit code shells give it. */
const toldToStop = new Promise<number>((resolve) => {
  process.on("SIGINT", () => resolve(130));
  process.on("SIGTERM", () => resolve(143));
  process.on("SIGHUP", () => resolve(129));
});

/** The command's exit code. The builder's own variable is none of the console's. */
function runCommand(
  [command = "", ...args]: readonly string[],
  { environment, configFile }: Stack,
): { ended: Promise<number>; stop: () => void } {
  const { THROUGHLINE_STACK_CACHE: _, ...env } = process.env;
  const child = spawn(command, args, {
    stdio: "inherit",
    env: { ...env, ...environment, THROUGHLINE_CONFIG: configFile },
  });
  const ended = new Promise<number>((resolve) => {
    child.on("error", (error) => {
      say(`${command}: ${error.message}`);
      resolve(127);
    });
    child.on("exit", (code) => resolve(code ?? 1));
  });
  return { ended, stop: () => child.kill("SIGTERM") };
}

async function main(args: readonly string[]): Promise<number> {
  const command = args[0] === "--live" ? args.slice(1) : args;
  const isInteractive = command.length === 0;
  const starting = startStack({ live: isInteractive || command !== args, say });
  const early = await Promise.race([starting, toldToStop]);
  if (typeof early === "number") return early; // the exit handler ends what has been started
  const stack = early;
  const child = isInteractive ? null : runCommand(command, stack);
  if (isInteractive) console.log(printStack(stack));
  const end = await Promise.race([toldToStop, stack.broken, ...(child ? [child.ended] : [])]);
  if (typeof end === "string") say(end);
  child?.stop();
  await stack.stop();
  return typeof end === "string" ? 1 : end;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
