import { test } from "vitest";
import { flashPipelineEnvironment } from "@/lib/demo/scenarios/flash-pipeline-environments";
import { installed } from "@/test/demo/looked-at";
import { toInstant } from "@/lib/signal/time";
const now = toInstant(Date.UTC(2026, 10, 21, 14, 18, 5));
test("look", async () => {
  const it = await installed(flashPipelineEnvironment, now);
  for (const lead of flashPipelineEnvironment.leads(it.world, now)) {
    console.log(`\n##### ${lead.title}\n${lead.text.slice(0, 900)}`);
    const t0 = performance.now();
    const told = await it.look(lead.text);
    console.log(`-- story: ${told.story}\n${told.explanation.findings.map((f, i) => `  ${f.score.toFixed(2)} ${told.sentences[i]}`).join("\n")}\n${JSON.stringify(told.verdicts, null, 1)}\nquestions ${told.questions.length} in ${Math.round(performance.now() - t0)} ms`);
    console.log(told.explanation.movements.slice(0, 14).map((m) => `  ${m.service?.name} ${m.title}: ${m.words} [${m.verdict}]`).join("\n"));
    console.log(told.unasked.map((u) => `  unasked ${u.slot} ${JSON.stringify(u).slice(0, 200)}`).join("\n"));
  }
  await it.stop();
}, 200000);
