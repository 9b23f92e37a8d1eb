import { expect, test } from "vitest";
import { parseInstant, printInstant, toInstant } from "@/lib/signal/time";

test("an instant prints as RFC 3339 and reads back", () => {
  expect(parseInstant(printInstant(toInstant(1_795_233_536_971)))).toBe(1_795_233_536_971);
});
