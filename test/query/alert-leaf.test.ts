/** What an alert's expression sums up, one line a case. */
import { expect, test } from "vitest";
import { leafOf } from "@/lib/query/alert-leaf";

test.each<[string, string | null]>([
  ['sum(rate(http_requests_total{code=~"5.."}[5m]))', 'rate(http_requests_total{code=~"5.."}[5m])'],
  ["sum(rate(a[5m])) / sum(rate(b[5m]))", "rate(a[5m])"],
  ["sum(increase(a[5m] offset 1h))", "increase(a[5m] offset 1h)"],
  ["max_over_time(sum(irate(a[1m]))[1h:])", "irate(a[1m])"],
  ["sum(max_over_time(a[5m]))", "max_over_time(a[5m])"],
  ["count(up == 0)", "up"],
  ["sum(a offset 5m)", "a offset 5m"],
  ['sum({__name__="a.b"})', '{__name__="a.b"}'],
  ["1 - avg(a)", "a"],
  ["absent(a)", "a"],
  ["quantile(0.9, deriv(a[1h]))", "deriv(a[1h])"],
  ["histogram_quantile(0.99, sum by (le) (rate(a_bucket[5m])))", null],
  ['sum({job="x"})', null],
  ["vector(1)", null],
  ["sum(((", null],
])("%s", (expression, leaf) => {
  expect(leafOf(expression)?.text ?? null).toBe(leaf);
});
