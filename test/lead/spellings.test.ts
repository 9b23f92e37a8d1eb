import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalTraceId, fromXray, spellingsOf } from "@/lib/signal/trace-id";

test("a 128-bit id is looked for as pasted first, then in every spelling that logs use", () => {
  const traceId = "0bf92f3577b34da6a3ce929d0e0e4736";
  expect(spellingsOf({ spelling: "0BF92F35-77B3-4DA6-A3CE-929D0E0E4736", traceId })).toEqual([
    "0BF92F35-77B3-4DA6-A3CE-929D0E0E4736",
    "0bf92f3577b34da6a3ce929d0e0e4736",
    "bf92f3577b34da6a3ce929d0e0e4736",
    "0bf92f35-77b3-4da6-a3ce-929d0e0e4736",
    "0BF92F3577B34DA6A3CE929D0E0E4736",
    "11803532876627986230",
    "1-0bf92f35-77b34da6a3ce929d0e0e4736",
  ]);
});

test("a 64-bit id is looked for with sixteen digits too", () => {
  const traceId = "00000000000000000a3ce929d0e0e473";
  expect(spellingsOf({ spelling: traceId, traceId })).toEqual([
    traceId,
    "0a3ce929d0e0e473",
    "a3ce929d0e0e473",
    "00000000-0000-0000-0a3c-e929d0e0e473",
    traceId.toUpperCase(),
    "737720804789249139",
    "1-00000000-000000000a3ce929d0e0e473",
  ]);
});

test("a form so short that any line may hold it is left out", () => {
  expect(spellingsOf({ spelling: "0x1f", traceId: "0000000000000000000000000000001f" })).not.toContain("1f");
});

test("a correlation id has one spelling", () => {
  expect(spellingsOf({ spelling: "ORD-4BF92F35" })).toEqual(["ORD-4BF92F35"]);
});

test("no spelling is there twice, and all but the decimal are the same id", () => {
  const id = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 1, maxLength: 32 });
  fc.assert(
    fc.property(id, (spelling) => {
      const traceId = canonicalTraceId(spelling);
      if (!traceId) return;
      const all = spellingsOf({ spelling, traceId });
      expect(new Set(all).size).toBe(all.length);
      const low = BigInt(`0x${traceId.slice(16)}`).toString();
      const odd = all.filter((each) => (fromXray(each) ?? canonicalTraceId(each)) !== traceId && each !== low);
      // The sixteen low digits alone stand only for a 64-bit id.
      expect(odd).toEqual([]);
    }),
  );
});
