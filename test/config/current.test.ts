import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { addEnvironments, currentConfig } from "@/lib/config/current";

const folder = mkdtempSync(join(tmpdir(), "throughline-test-"));
beforeAll(() => {
  const file = join(folder, "throughline.yaml");
  writeFileSync(file, "environments: { mine: { upstreams: [{ kind: loki, url: http://mine }] } }");
  vi.stubEnv("THROUGHLINE_CONFIG", file);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test("added environments come behind those configured; one of the same name is left out, and said", () => {
  addEnvironments({
    mine: { upstreams: [{ kind: "tempo", url: "http://theirs" }] },
    more: { upstreams: [{ kind: "loki", url: "http://more" }], annotation_tags: ["deploy"] },
  });
  const { setting, upstreams, notes } = currentConfig();
  expect(setting.environments.map(({ name }) => name)).toEqual(["mine", "more"]);
  expect(upstreams.map(({ id, url }) => `${id} ${url}`)).toEqual(["mine/loki http://mine", "more/loki http://more"]);
  expect(setting.environments[1]?.annotationTags).toEqual(["deploy"]);
  expect(notes).toEqual(["the demo's environment mine is left out, because one of that name is configured"]);
});

test("what is no environment is a bug, and throws", () => {
  expect(() => addEnvironments({ wrong: { upstreams: [{ kind: "oracle", url: "http://x" }] } })).toThrow();
  expect(currentConfig().setting.environments.length).toBe(2);
});
