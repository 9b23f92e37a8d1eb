import { spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadConfig } from "@/lib/config/load";
import { suggestConfig, upstreamsAt } from "@/lib/config/suggest";
import { disk } from "../config/files";

/** A Prometheus of several tenants, as far as its build information and its refusal go. */
const prometheus: Server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://x");
  if (pathname === "/api/v1/status/buildinfo") response.end('{"status":"success","data":{"version":"3.15.0"}}');
  else if (pathname === "/api/v1/query" && request.headers["x-scope-orgid"] === undefined)
    response.writeHead(401, { "content-type": "text/plain" }).end("no org id");
  else if (pathname === "/api/v1/query")
    response.end('{"status":"success","data":{"resultType":"vector","result":[]}}');
  else response.writeHead(404).end();
});
const addressOf = (server: Server): string => {
  const address = server.address();
  return address !== null && typeof address === "object" ? `http://127.0.0.1:${address.port}` : "";
};
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    prometheus.listen(0, "127.0.0.1", resolve);
  });
});
afterAll(() => {
  prometheus.closeAllConnections();
  prometheus.close();
});

const path = (file: string): string => new URL(`../../app/cli/${file}`, import.meta.url).pathname;
type Outcome = { readonly code: number | null; readonly out: string; readonly err: string };
/** Runs the command elsewhere than in the project, so that no configuration of a developer is found. */
const connect = (...args: readonly string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [path("run.mjs"), "app/cli/connect.ts", ...args], {
      cwd: tmpdir(),
      env: { NODE_ENV: "test", PATH: process.env.PATH ?? "", TOKEN: "hunter2" },
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.on("close", (code) => resolve({ code, out, err }));
  });

test("a server is recognised, and its configuration printed with the variable's name in place of the token", async () => {
  const { code, out } = await connect(addressOf(prometheus), "--tenant", "team-a", "--bearer", "TOKEN");
  expect(out).toContain("prometheus 3.15.0");
  expect(out).toContain(`url: ${addressOf(prometheus)}`);
  expect(out).not.toContain("hunter2");
  expect(code).toBe(0);
});

test("a server that wants a tenant is said to, and one that is not there too", async () => {
  const { code, out } = await connect(addressOf(prometheus), "http://127.0.0.1:1");
  expect(out).toContain("several tenants");
  expect(out).toContain("- your-tenant");
  expect(out).toContain("http://127.0.0.1:1: not reachable.");
  expect(code).toBe(1);
});

test("a wrong address or option is refused without a call", async () => {
  expect(await connect("ftp://x")).toMatchObject({
    code: 1,
    err: expect.stringContaining('url is "ftp://x": expected'),
  });
  expect(await connect("--foo")).toMatchObject({ code: 1, err: expect.stringContaining("Unknown option '--foo'") });
});

test("without address and without configuration it says so", async () => {
  expect(await connect()).toMatchObject({ code: 1, out: expect.stringContaining("Nothing is configured yet.") });
});

test("what is suggested is a configuration that loads", () => {
  const access = { tenants: [], bearer: "TOKEN" };
  const yaml = suggestConfig(
    [
      { url: "http://p:9090", kind: "prometheus", needsTenant: false },
      { url: "http://l:3100", kind: "loki", needsTenant: true },
    ],
    access,
  );
  const loaded = loadConfig({ TOKEN: "t" }, disk({ "/throughline.yaml": yaml }), "/");
  expect(loaded).toMatchObject({
    ok: true,
    config: {
      environments: {
        production: {
          upstreams: [
            { kind: "prometheus", bearer: "t" },
            { kind: "loki", tenants: ["your-tenant"] },
          ],
        },
      },
    },
  });
});

test("each wrong address is named, a wrong tenant or token once", () => {
  const read = upstreamsAt(["http://u:hunter2@a", "b"], { tenants: ["x|y"], bearer: "NOWHERE" }, {});
  const names = read.ok ? [] : read.problems.map(({ path: name, value }) => `${name} ${value}`);
  expect(names.sort()).toEqual(["--bearer NOWHERE null", '--tenant "x|y"', 'url "b"', 'url "http://…@a"']);
});
