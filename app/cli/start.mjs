// npm start, npm run demo: installs and builds what is missing, then runs the standalone server in this process.
import { spawnSync } from "node:child_process";
import { get } from "node:http";
import { createServer } from "node:net";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { ensureBuilt } from "./build.mjs";
import { childEnvironment, prepare, stop, typeScript } from "./prepare.mjs";

const command = process.env.THROUGHLINE_DEMO === "1" ? "npm run demo" : "npm start";
const usage = `${command} [-- --port <number>] [--host <address>] [--build]

  --port   where to listen; 0 takes any free port. Else PORT, else listen.port, else 3000
  --host   on which address. Else HOSTNAME, else listen.host, else 127.0.0.1
  --build  build if needed, and stop

Configuration: THROUGHLINE_CONFIG, else throughline.yaml here, else THROUGHLINE_PROMETHEUS_URL and its like.
Every key is explained in lib/config/example.yaml.
`;

/** A demo shares a laptop with much else: without bounds, garbage alone takes 250 MB. MB */
const demoFlags = ["--max-semi-space-size=2", "--max-old-space-size=256", "--optimize-for-size"];
/** The C library gives each thread an arena of its own and returns none: 60 MB in a dozen threads, 15 MB in two arenas. */
const demoEnvironment = { MALLOC_ARENA_MAX: "2" };

function readArguments() {
  const options = {
    port: { type: "string" },
    host: { type: "string" },
    build: { type: "boolean" },
    help: { type: "boolean" },
  };
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return stop(`${error.message.split(". ")[0]}.\n\n${usage}`);
  }
}

/** Where to listen by the configuration; a wrong one has been printed. */
function readListen(environment) {
  const { status, stdout, stderr } = spawnSync(process.execPath, typeScript("app/cli/listen.ts"), {
    env: environment,
    encoding: "utf8",
  });
  process.stderr.write(stderr);
  if (status !== 0) process.exit(1);
  return JSON.parse(stdout);
}

/** The port that was listened on for a moment, or the error's code. */
const tryPort = (port, host) =>
  new Promise((resolve) => {
    const server = createServer();
    server.on("error", ({ code }) => resolve({ code }));
    server.listen(port, host, () => {
      const { port: got } = server.address();
      server.close(() => resolve({ port: got }));
    });
  });

async function claimPort(port, host) {
  const first = await tryPort(port, host);
  if (first.port) return first.port;
  if (first.code === "EACCES") stop(`Port ${port} needs more rights; ports from 1024 on do not.`);
  if (first.code !== "EADDRINUSE")
    stop(`Cannot listen on ${host} (${first.code}): it must be an address of this machine.`);
  for (let next = port + 1; next < Math.min(port + 100, 65_536); next += 1)
    if ((await tryPort(next, host)).port)
      return stop(`Port ${port} is in use; ${next} is free: ${command} -- --port ${next}`);
  return stop(`Port ${port} is in use, and so are the next hundred: ${command} -- --port 0 takes any.`);
}

/** Whether the server answers, be it with a refusal: then its configuration is loaded too. */
const answers = (port, host) =>
  new Promise((resolve) => {
    const request = get({ port, host, path: "/api/health", timeout: 5_000 }, (response) => {
      response.resume();
      resolve(true);
    });
    request.on("error", () => resolve(false));
    request.on("timeout", () => request.destroy());
  });

/** What a person types into a browser. */
function addressOf({ publicUrl, allowedHosts }, host, port) {
  if (publicUrl) return publicUrl;
  if (host !== "0.0.0.0" && host !== "::") return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const [name] = allowedHosts;
  return name && `http://${/:\d+$/.test(name) ? name : `${name}:${port}`}`;
}

// Nobody reads what it says any more (a closed terminal, a log reader that died): unheard, Next would tell of each failed
// word with another one, for ever, and take a core for it.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

const values = readArguments();
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
if (values.port !== undefined && !(/^\d{1,5}$/.test(values.port) && Number(values.port) < 65_536))
  stop(`--port takes a number from 0 to 65535, not ${JSON.stringify(values.port)}.`);
if (process.env.THROUGHLINE_DEMO === "1") await prepare(import.meta.url, demoFlags, demoEnvironment);
else await prepare(import.meta.url);
if (values.build) {
  await ensureBuilt();
  process.exit(0);
}

const listen = readListen({ ...childEnvironment(), ...(values.host ? { HOSTNAME: values.host } : {}) });
const host = values.host ?? listen.host;
const port = await claimPort(values.port === undefined ? listen.port : Number(values.port), host);
const server = await ensureBuilt();

// The server works in its own folder, so the path of the configuration must not depend on it.
if (listen.file) process.env.THROUGHLINE_CONFIG = listen.file;
Object.assign(process.env, {
  NODE_ENV: "production",
  NEXT_TELEMETRY_DISABLED: "1",
  HOSTNAME: host,
  PORT: String(port),
});

// Next closes the listener and waits for open answers. A stream may take half a minute; who stops a server will not.
for (const signal of ["SIGINT", "SIGTERM"])
  process.once(signal, () => setTimeout(() => process.exit(0), 3_000).unref());

// Being stopped is no failure, though Next ends with 128 + the signal's number.
let asked = false;
for (const signal of ["SIGINT", "SIGTERM"])
  process.once(signal, () => {
    asked = true;
  });
process.on("exit", () => {
  if (asked) process.exitCode = 0;
});

await import(pathToFileURL(server).href);
const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
while (!(await answers(port, reachable))) await new Promise((resolve) => setTimeout(resolve, 50));
const address = addressOf(listen, host, port);
process.stdout.write(
  address
    ? `Throughline is at ${address}\n`
    : `Throughline listens on port ${port}, but no name is allowed yet: set listen.allowed_hosts or public_url.\n`,
);
