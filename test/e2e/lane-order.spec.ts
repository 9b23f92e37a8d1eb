/** Lanes keep the order in which they were drawn: what ranks higher later is offered, and moves nothing by itself. */
import { expect, type Page } from "@playwright/test";
import { evidence, now, shop } from "@/components/gallery/checkout";
import { explanation, onset } from "@/components/gallery/checkout-story";
import { answersOf, type Evidence } from "@/lib/evidence";
import type { Movement } from "@/lib/explanation";
import { streamLines } from "@/lib/stream/encode";
import { drawnTraceId } from "../draw";
import { ndjsonOf } from "./fixture";
import { frameTest, lines, more, opened, streamed } from "./frame";

const { test, url } = frameTest();

/** Every series of some answers as judged; those of payment's latency changed most, though they come last. */
const judged = (known: readonly Evidence[]): readonly Movement[] =>
  answersOf(known, "series").flatMap(({ question: { id, purpose }, answer }) =>
    purpose.kind === "red"
      ? answer.series.map((_, index): Movement => {
          const service = purpose.services[index]?.service ?? null;
          const size = purpose.role === "latency-p99" && service?.name === "payment" ? 90 : 10 - index;
          return {
            ...{ question: id, cites: [id], index, service, role: purpose.role, title: purpose.title },
            ...{ unit: purpose.unit, verdict: "changed", direction: "up", before: 0, after: 1, last: 1, words: "" },
            ...{ onset: { at: onset, from: onset, to: onset }, size, rank: 100 - size },
            ...{ because: "", distance: null, away: null },
          };
        })
      : [],
  );

const laneNames = (page: Page): Promise<string[]> => page.locator("#time h3").allTextContents();

test("a lane that changed more and came later is offered; pressed, it takes a place, and nothing else moves", async ({
  page,
}) => {
  const isLate = ({ question }: Evidence): boolean => question.id === "red-latency-p99";
  const early = evidence.filter((one) => !isLate(one));
  const late = evidence.filter(isLate);
  const greeting = { now, run: 1, environments: [shop] };
  const told = (known: readonly Evidence[]) =>
    known.flatMap((one) => [...streamLines({ type: "evidence", evidence: one }, greeting)]);
  const findings = (known: readonly Evidence[]) =>
    ({ type: "findings", explanation: { ...explanation, movements: judged(known) } }) as const;
  const planned = (known: readonly Evidence[]) =>
    ({ type: "planned", questions: known.map(({ question }) => question), unasked: [] }) as const;
  const opening = lines.filter(({ type }) => type === "hello" || type === "window" || type === "identity");
  await streamed(page, [
    ndjsonOf([...opening, planned(early), ...told(early), findings(early)]),
    ndjsonOf([planned(late), ...told(late), findings(evidence)]),
    ndjsonOf(lines.slice(-1)),
  ]);
  await page.goto(`${url()}/investigate?lead=${drawnTraceId}`);
  await more(page);
  const kept = ["Error ratio, gateway", "Error ratio, order", "Requests, gateway", "Requests, payment"];
  const charts = async (): Promise<string[]> => (await laneNames(page)).slice(3);
  await expect.poll(charts).toEqual([...kept, "Error ratio, payment"]);
  await more(page);
  const pill = page.getByRole("button", { name: "payment’s p99 latency changed more: show" });
  await expect(pill).toBeVisible();
  expect(await charts()).toEqual([...kept, "Error ratio, payment"]);
  await more(page);
  await opened(page);
  await expect(pill).toBeVisible();
  expect(await charts()).toEqual([...kept, "Error ratio, payment"]);
  await pill.click();
  await expect.poll(charts).toEqual([...kept, "p99 latency, payment"]);
  await expect(pill).toBeHidden();
});
