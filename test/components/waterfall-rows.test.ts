import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextFailed } from "@/components/panels/next-failed";
import { criticalPath, isCritical, mainRoot } from "@/components/panels/waterfall-critical-path";
import {
  ancestorsOf,
  indexOfRow,
  revealed,
  rowAt,
  type WaterfallRows,
  waterfallLayout,
  waterfallRows,
} from "@/components/panels/waterfall-rows";
import { spanAt, subtreeEnd, type Trace } from "@/lib/signal/trace";
import { traceFrom } from "@/test/draw";
import { growthOf } from "@/test/worked";

const shop = traceFrom(`
  gateway   POST /checkout  0-100 !
    order   CreateOrder     5-95 !
      order INSERT          6-16
      stock Reserve        10-30
      payment Charge       30-90 !
        payment tls        35-88 !
    mail    enqueue        96-99
`);
const namesOf = (visible: WaterfallRows): string[] =>
  Array.from({ length: visible.count }, (_, index) => rowAt(visible, index)?.span.name ?? "?");
const ms = (value: number | undefined): number => (value ?? Number.NaN) / 1e6;

/** `count` spans: each root child has nine children; parents run over their children. */
function wide(count: number): Trace {
  const parent = Array.from({ length: count }, (_, row) =>
    row === 0 ? -1 : row % 10 === 1 ? 0 : row - ((row - 1) % 10),
  );
  return columns(
    parent,
    parent.map((up) => (up === -1 ? 0 : up === 0 ? 1 : 2)),
  );
}
const chain = (count: number): Trace =>
  columns(
    Array.from({ length: count }, (_, row) => row - 1),
    Array.from({ length: count }, (_, row) => row),
  );
function columns(parent: number[], depth: number[]): Trace {
  const count = parent.length;
  return {
    id: "1".padStart(32, "0"),
    base: "1700000000000000000",
    strings: ["work"],
    resources: [{ service: { name: "one", namespace: null }, version: null, attributes: {} }],
    spanId: parent.map((_, row) => row.toString(16).padStart(16, "0")),
    parent: Int32Array.from(parent),
    depth: Int32Array.from(depth),
    resource: new Int32Array(count),
    name: new Int32Array(count),
    start: Float64Array.from(parent, (_, row) => row * 1_000),
    duration: Float64Array.from(parent, (_, row) => (count - row) * 1_000),
    kind: new Uint8Array(count),
    flags: new Uint8Array(count),
  };
}

describe("rows", () => {
  test("stand as fractions of the whole trace", () => {
    const row = rowAt(waterfallRows(waterfallLayout(shop)), 4);
    expect(row).toMatchObject({ left: 0.3, width: 0.6, descendants: 1, failedInside: 1, folded: false });
  });

  test("a folded row hides what is below it and says how much failed inside", () => {
    const visible = waterfallRows(waterfallLayout(shop), new Set([1]));
    expect(namesOf(visible)).toEqual(["POST /checkout", "CreateOrder", "enqueue"]);
    expect(rowAt(visible, 1)).toMatchObject({ folded: true, descendants: 4, failedInside: 2 });
    expect(rowAt(visible, 3)).toBeUndefined();
  });

  test("a search keeps the ancestors of what it finds, marked as context, and opens folds", () => {
    const visible = waterfallRows(waterfallLayout(shop), new Set([0]), { text: "TLS", failedOnly: false });
    expect(namesOf(visible)).toEqual(["POST /checkout", "CreateOrder", "Charge", "tls"]);
    expect(visible.matches).toBe(1);
    expect([0, 1, 2, 3].map((index) => rowAt(visible, index)?.context)).toEqual([true, true, true, false]);
  });

  test("a search by service and by failure counts only what matches both", () => {
    const visible = waterfallRows(waterfallLayout(shop), new Set(), { text: "order", failedOnly: true });
    expect(visible.matches).toBe(1);
    expect(namesOf(visible)).toEqual(["POST /checkout", "CreateOrder"]);
  });

  test("a search that finds nothing shows nothing", () => {
    expect(waterfallRows(waterfallLayout(shop), new Set(), { text: "zzz", failedOnly: false })).toMatchObject({
      count: 0,
      matches: 0,
    });
  });

  test("overlapping children are counted once in what remains as self time", () => {
    const layout = waterfallLayout(shop);
    expect(ms(layout.selfTime[1])).toBe(90 - (30 - 6) - (90 - 30));
    expect(ms(layout.selfTime[5])).toBe(53);
  });

  test("a child that outlives its parent takes no more than the parent had", () => {
    const layout = waterfallLayout(
      traceFrom(`
        a one 0-10
          b two 4-50
      `),
    );
    expect(ms(layout.selfTime[0])).toBe(4);
    expect(ms(layout.total)).toBe(50);
  });

  test("an empty trace has no rows and no failed span", () => {
    const nothing = columns([], []);
    expect(waterfallRows(waterfallLayout(nothing)).count).toBe(0);
    expect(nextFailed(nothing, null)).toBeNull();
  });
});

describe("finding one's way", () => {
  test("errors are walked in both directions and round the end", () => {
    expect(nextFailed(shop, null)).toBe(0);
    expect(nextFailed(shop, 1)).toBe(4);
    expect(nextFailed(shop, 5)).toBe(0);
    expect(nextFailed(shop, 0, -1)).toBe(5);
    expect(nextFailed(shop, null, -1)).toBe(5);
  });

  test("a row inside folds is revealed by opening what is above it, and nothing else", () => {
    expect(ancestorsOf(shop, 5)).toEqual([4, 1, 0]);
    expect([...revealed(shop, new Set([1, 4, 6]), 5)]).toEqual([6]);
    const untouched = new Set([6]);
    expect(revealed(shop, untouched, 5)).toBe(untouched);
  });

  test("a row knows its place on screen, or that it has none", () => {
    const visible = waterfallRows(waterfallLayout(shop), new Set([1]));
    expect(indexOfRow(visible, 6)).toBe(2);
    expect(indexOfRow(visible, 5)).toBe(-1);
  });

  test("whatever is folded, visible rows are those without a folded ancestor", () => {
    const drawn = fc.array(fc.nat(), { minLength: 1, maxLength: 40 }).map((seeds) => {
      const parent = [-1];
      const depth = [0];
      for (const [at, seed] of seeds.entries()) {
        // Depth first: the parent is the row before or one of its ancestors.
        let up = at;
        for (let climbs = seed % 4; climbs > 0 && (parent[up] ?? -1) >= 0; climbs -= 1) up = parent[up] ?? 0;
        parent.push(up);
        depth.push((depth[up] ?? 0) + 1);
      }
      return columns(parent, depth);
    });
    fc.assert(
      fc.property(drawn, fc.array(fc.nat({ max: 40 })), (trace, folds) => {
        const folded = new Set(folds);
        const layout = waterfallLayout(trace);
        const visible = waterfallRows(layout, folded);
        const expected = trace.spanId
          .map((_, row) => row)
          .filter((row) => !ancestorsOf(trace, row).some((up) => folded.has(up)));
        expect([...visible.rows]).toEqual(expected);
        expect([...layout.subtreeEnd]).toEqual(trace.spanId.map((_, row) => subtreeEnd(trace, row)));
        for (const [index, row] of expected.entries()) expect(indexOfRow(visible, row)).toBe(index);
      }),
    );
  });
});

describe("critical path", () => {
  const pathOf = (trace: Trace): string[] => {
    const path = criticalPath(trace);
    return trace.spanId.flatMap((_, row) => (isCritical(path, row) ? [spanAt(trace, row).name] : []));
  };

  test("leads from the end back through the child that finished last, then the one before it", () => {
    expect(pathOf(shop)).toEqual(["POST /checkout", "CreateOrder", "Reserve", "Charge", "tls", "enqueue"]);
  });

  test("a child that was overtaken by a longer one is not on it", () => {
    expect(
      pathOf(
        traceFrom(`
          a root 0-100
            b short 10-40
            c long 10-60
            e last 60-95
        `),
      ),
    ).toEqual(["root", "long", "last"]);
  });

  test("work that goes on behind the parent's end is followed only as far as the parent waited", () => {
    const trace = traceFrom(`
      a root 0-100
        b publish 10-500
    `);
    const path = criticalPath(trace);
    expect([ms(path.from[1]), ms(path.to[1])]).toEqual([10, 100]);
  });

  test("the root it starts from is the longest one that misses no parent", () => {
    const trace = traceFrom(`
      a stray 0-900 ~
      a small 10-20
      a large 10-80
    `);
    expect(spanAt(trace, mainRoot(trace)).name).toBe("large");
  });
});

describe("at full size", () => {
  const layOut = (trace: Trace) => () => {
    const visible = waterfallRows(waterfallLayout(trace), new Set([1]), { text: "", failedOnly: false });
    waterfallRows(visible.layout, new Set(), { text: "work", failedOnly: false });
  };

  test("ten times the spans cost at most fifteen times the time", () => {
    expect(growthOf(layOut(wide(5_000)), layOut(wide(50_000)), 15)).toBeLessThanOrEqual(15);
  });

  test("a chain of 10,000 spans is laid out, folded and searched", () => {
    const trace = chain(10_000);
    const layout = waterfallLayout(trace);
    expect(waterfallRows(layout).count).toBe(10_000);
    expect(waterfallRows(layout, new Set([4_999])).count).toBe(5_000);
    expect(layout.selfTime[9_999]).toBe(1_000);
    expect(isCritical(layout.path, 9_999)).toBe(true);
  });
});
