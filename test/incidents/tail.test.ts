import { expect, test } from "vitest";
import { lived } from "@/test/incidents/lived";
import { rows } from "@/test/incidents/rows";
import { varied } from "@/test/incidents/varied";

test("a handshake that hangs for some slows the tail alone where most requests never reach it", {
  timeout: 120_000,
}, async () => {
  const [row] = rows;
  if (!row) throw new Error("no row");
  const story = varied(row, 6);
  const own = await lived(story);
  try {
    const [lead] = story.environment.leads(own.world, story.now);
    const { explanation, evidence } = await own.look(lead?.text ?? "", story.now);
    const words = (service: string): string | undefined =>
      explanation.movements.find((each) => each.role === "latency-p99" && each.service?.name === story.told(service))
        ?.words;
    expect(words("gateway")).toMatch(/; only the tail: p50 steady at \d/);
    expect(words("payment")).toMatch(/; p50 and p99 both rose, p50 \d/);
    const medians = evidence.filter(({ question: { purpose } }) => purpose.kind === "red-median");
    expect(medians).toHaveLength(1);
  } finally {
    await own.close();
  }
});
