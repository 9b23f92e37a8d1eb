/** Incidents of the demo's other worlds in the real servers, beside the shop and each other: the same is concluded. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { linesRead, printRead } from "@/test/bench/lines-read";
import { lived, sentencesOf, settingOf } from "@/test/incidents/lived";
import { withdrawAlerts } from "@/test/stack/feed";
import { allLines, feedThose, last, stories, until, urls, worlds } from "@/test/stack/systems";
import { type Investigated, lookedAt } from "@/test/worlds/investigated";

beforeAll(() => feedThose((name) => name !== last), 240_000);
afterAll(async () => {
  for (const { world, servers } of worlds) await withdrawAlerts(world, servers, until);
});

/** A sample more or less at an edge is none of its sense. */
const withoutNumbers = (sentence = ""): string => sentence.replace(/\d[\d.,:]*/g, "#");

describe.each(stories)("$row.name", ({ row, story }) => {
  let demo: Investigated;
  let real: Investigated;
  beforeAll(async () => {
    if (row.name === last) await feedThose((name) => name === last);
    const own = await lived(story);
    const [lead] = story.environment.leads(own.world, until);
    if (!lead) throw new Error(`${row.name} offers no lead: none of its traces was kept`);
    demo = await own.look(lead.text, until);
    await own.close();
    real = await lookedAt(lead.text, settingOf(story.environment), urls, () => until);
  }, 120_000);

  test("is named first or second, and what is first is what the demo says first", () => {
    const sentences = sentencesOf(real.explanation);
    expect(sentences.slice(0, 2).join("\n")).toMatch(row.conclusion(story.told));
    expect(real.explanation.findings[0]?.kind).toBe(demo.explanation.findings[0]?.kind);
    expect(withoutNumbers(sentences[0])).toBe(withoutNumbers(sentencesOf(demo.explanation)[0]));
  });

  // In a Loki of many systems the search for an id reads everybody's lines; what comes after it reads the services' own.
  test("takes 60 questions at most, and once its services are known Loki reads three times their volume at most", async () => {
    expect(real.questions.length).toBeLessThanOrEqual(60);
    const { window, evidence } = real;
    if (!window || !story.environment.backends.includes("loki")) return;
    const read = await linesRead(urls.loki, evidence, window);
    if (!read) throw new Error("no lines of its services were asked for");
    console.log(
      `${row.name}: ${real.questions.length} questions; ${printRead(read)}, ${(read.searched / 1e6).toFixed(1)} MB of it to find the id`,
    );
    if (allLines.has(row.name)) expect(read.processed - read.searched).toBeLessThanOrEqual(3 * read.volume);
  });
});
