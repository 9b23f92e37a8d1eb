/**
 * Every finding has a case in which it must fire, one in which it must stay silent though the same was asked, and one with
 * an upstream missing, in which it weakens or says nothing. The details of each stand in the test of its own.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Evidence } from "@/lib/evidence";
import type { Finding, FindingKind } from "@/lib/explanation";
import { textOf } from "@/lib/finding/words";
import { explain } from "@/lib/findings";
import { at, drawnLead, drawnWindow } from "@/test/draw";
import { neighbours, rows } from "@/test/finding/firing";

const told = (kind: FindingKind, known: readonly Evidence[], now = at("14:18:05")): Finding | undefined =>
  explain(drawnLead, known, now, drawnWindow, { pending: [], unasked: [], neighbours }).findings.find(
    (finding) => finding.kind === kind,
  );

const isKind = (text: string): text is FindingKind => text in rows;
const kinds = Object.keys(rows).filter(isKind);

describe.each(kinds)("%s", (kind) => {
  const { fires, silent, missing, now } = rows[kind];

  test("fires, and cites what it speaks of", () => {
    expect(told(kind, fires, now)?.cites).not.toEqual([]);
    expect(told(kind, fires, now)).toBeDefined();
  });

  test("is silent where the same was asked, and told otherwise", () => {
    expect(silent.some(({ answer }) => answer.kind !== "gap" || answer.reason === "not-found")).toBe(true);
    expect(told(kind, silent, now)).toBeUndefined();
  });

  test("weakens, or says nothing, with an upstream missing", () => {
    expect(missing.some(({ answer, partial }) => partial || answer.kind === "gap")).toBe(true);
    const [whole, part] = [told(kind, fires, now), told(kind, missing, now)];
    if (!part) return;
    expect(part.weakenedBy).not.toEqual([]);
    const isWeaker = part.score < (whole?.score ?? 0) || textOf(part.sentence) !== textOf(whole?.sentence ?? []);
    expect(isWeaker, textOf(part.sentence)).toBe(true);
  });
});

test("every claim of lib/finding is among them", () => {
  const folder = new URL("../../lib/finding/", import.meta.url);
  const said = readdirSync(folder)
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(new URL(name, folder), "utf8"))
    .filter((source) => source.includes(": Claim = {"))
    .flatMap((source) => [...source.matchAll(/kind: (?:\w+ \? )?"([a-z-]+)"(?: : "([a-z-]+)")?,/g)])
    .flatMap(([, ...named]) => named.filter((each) => each !== undefined));
  const unknown = said.filter((kind) => !isKind(kind) && !claimless.has(kind));
  expect(unknown).toEqual([]);
  expect(kinds.filter((kind) => !said.includes(kind))).toEqual([]);
});
/** Kinds of evidence and of span that a claim's source names. */
const claimless = new Set(["gap", "model", "tool"]);
