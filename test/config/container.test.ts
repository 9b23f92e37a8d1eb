/** The container's files, as far as they can be judged without one: they parse, name what exists, and connect. */
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { root } from "@/app/cli/prepare.mjs";
import { toListen, toUpstreams } from "@/lib/config/derive";
import { loadConfig } from "@/lib/config/load";
import { disk } from "./files";

const text = (path: string): string => readFileSync(root + path, "utf8");
const service = z.looseObject({
  image: z.string().optional(),
  build: z.unknown().optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  configs: z.array(z.object({ source: z.string(), target: z.string() })).default([]),
  depends_on: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  read_only: z.boolean().default(false),
});
const compose = z
  .object({
    name: z.string(),
    services: z.record(z.string(), service),
    configs: z.record(z.string(), z.object({ content: z.string() })),
  })
  .parse(parse(text("compose.yaml")));

test("every service, image and configuration that compose.yaml names is there, and every configuration is YAML", () => {
  const names = Object.keys(compose.services);
  const used = Object.values(compose.services).flatMap(({ configs }) => configs.map(({ source }) => source));
  expect(used.toSorted()).toEqual(Object.keys(compose.configs).toSorted());
  for (const { depends_on, image, build } of Object.values(compose.services)) {
    expect(names).toEqual(expect.arrayContaining(depends_on));
    expect(image !== undefined || build !== undefined).toBe(true);
    // A tag that moves is another stack tomorrow.
    if (image !== undefined) expect(image).toMatch(/^(prom|grafana)\/[a-z]+:v?\d+\.\d+\.\d+$/);
  }
  for (const { content } of Object.values(compose.configs)) expect(parse(content)).toBeTypeOf("object");
  const script = compose.services.generator?.command?.find((part) => part.endsWith(".ts")) ?? "";
  expect(existsSync(root + script)).toBe(true);
});

test("ports are published on this machine only", () => {
  for (const port of Object.values(compose.services).flatMap(({ ports }) => ports))
    expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
});

test("the console's configuration in compose.yaml is right, and reaches the services by their names", () => {
  const loaded = loadConfig({}, disk({ "/throughline.yaml": compose.configs.console?.content ?? "" }), "/");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const hosts = toUpstreams(loaded.config).map(({ url }) => new URL(url).hostname);
  expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(hosts));
  expect(hosts.length).toBe(5);
  const { HOSTNAME } = compose.services.console?.environment ?? {};
  const listen = toListen(loaded.config, { HOSTNAME: `${HOSTNAME}` }, "c0ffee");
  expect(listen).toMatchObject({ host: "0.0.0.0", port: 3000, allowedHosts: ["localhost", "127.0.0.1"] });
  expect(compose.services.console?.read_only).toBe(true);
});

test("the image runs as a user, listens on loopback until told otherwise, and asks for its health", () => {
  const last =
    text("Dockerfile")
      .split(/^FROM /m)
      .at(-1) ?? "";
  expect(last).toMatch(/^USER node$/m);
  expect(last).toMatch(/\bHOSTNAME=127\.0\.0\.1\b/);
  expect(last).toMatch(/HEALTHCHECK[\s\S]*\/api\/health/);
  // Nothing of the build is left to the user who runs it.
  expect(last).not.toContain("--chown");
});
