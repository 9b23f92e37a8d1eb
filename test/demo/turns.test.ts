import { expect, test } from "vitest";
import { createTurns } from "@/lib/demo/servers/turns";

const here = new AbortController().signal;

/** Works that note when they begin and end. */
function noted() {
  const turns = createTurns();
  const notes: string[] = [];
  const ask = (kind: string, left = here, spin = 0): Promise<string | null> =>
    turns(kind, left, async () => {
      notes.push(`${kind} begins`);
      const until = performance.now() + spin;
      while (performance.now() < until);
      return kind;
    }).then((told) => {
      notes.push(`${kind} is answered`);
      return told;
    });
  return { ask, notes };
}

test("an answer is on its way before the next question is begun", async () => {
  const { ask, notes } = noted();
  await Promise.all([ask("a"), ask("b")]);
  expect(notes).toEqual(["a begins", "a is answered", "b begins", "b is answered"]);
});

test("what has cost little goes before what has cost much, whoever came first", async () => {
  const { ask, notes } = noted();
  await ask("dear", here, 20);
  await ask("cheap");
  notes.length = 0;
  await Promise.all([ask("dear"), ask("cheap")]);
  expect(notes.filter((note) => note.endsWith("begins"))).toEqual(["cheap begins", "dear begins"]);
});

test("a question is not begun once whoever asked has left, and one that fails keeps nobody back", async () => {
  const { ask, notes } = noted();
  const turns = createTurns();
  const failing = turns("a", here, async () => {
    throw new Error("broken");
  });
  const after = turns("a", here, async () => "well");
  await expect(failing).rejects.toThrow("broken");
  expect(await after).toBe("well");
  expect(await ask("gone", AbortSignal.abort())).toBeNull();
  expect(notes).toEqual(["gone is answered"]);
});
