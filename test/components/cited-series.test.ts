import { expect, test } from "vitest";
import { initialState, reduce } from "@/components/investigation-state";
import { citedMovement, laneId, storyMovement, storyRow } from "@/components/panels/cited-series";
import { type Movement, nothingYet, type Phrase } from "@/lib/explanation";
import { serviceFrom } from "../draw";
import { checkoutLines } from "../e2e/fixture";

const movement = (question: string, index: number, service: string, cites = [question]): Movement => ({
  question,
  index,
  cites,
  service: serviceFrom(service),
  role: "errors",
  title: "",
  unit: "ratio",
  verdict: "changed",
  direction: "up",
  before: 0,
  after: 1,
  last: 1,
  onset: null,
  size: 1,
  words: "",
  ...{ rank: 0, because: "", distance: null, away: null },
});
const phrase = (text: string, cites: readonly string[]): Phrase => ({
  text,
  tone: "error",
  cites,
  target: { slot: "spike", row: null, change: null },
});
const movements = [
  movement("rate", 0, "order"),
  movement("errors", 0, "gateway", ["errors", "rate"]),
  movement("errors", 1, "order", ["errors", "rate"]),
  movement("errors", 2, "order-api", ["errors", "rate"]),
];
const laneOf = (text: string, cites: readonly string[]): string | null => {
  const found = citedMovement(phrase(text, cites), movements);
  return found && laneId(found);
};

test("a phrase leads to the series of the service it names, of the same citations", () => {
  expect(laneOf("order errors rose from 0 % to 6 %", ["errors", "rate"])).toBe("lane-errors-1");
  expect(laneOf("gateway", ["rate", "errors"])).toBe("lane-errors-0");
  expect(laneOf("order-api errors rose", ["errors", "rate"])).toBe("lane-errors-2");
  expect(laneOf("order requests fell", ["rate"])).toBe("lane-rate-0");
  expect(laneOf("something else", ["unknown"])).toBeNull();
});

test("the story's series and span are those it cites; without any, those of the first finding that does", () => {
  const { explanation } = checkoutLines().reduce(reduce, initialState);
  expect(storyMovement(explanation)).toMatchObject({ question: "red-error-ratio", service: { name: "order" } });
  expect(storyRow(explanation)).toBe(8);
  expect(storyRow({ ...explanation, story: [] })).toBe(8);
  expect(storyRow(nothingYet)).toBeNull();
  expect(storyMovement(nothingYet)).toBeNull();
});
