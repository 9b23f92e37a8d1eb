import fc from "fast-check";
import { expect, test } from "vitest";
import { mask, withoutSecrets } from "@/lib/signal/secrets";
import { carried } from "@/test/signal/planted";

test("of more than a hundred secrets planted in lines, none is left", () => {
  expect(carried.length).toBeGreaterThan(100);
  const left = carried.flatMap(({ secret, line }) => {
    const shown = withoutSecrets(line);
    return shown.includes(secret) || !shown.includes(mask) ? [`${line} -> ${shown}`] : [];
  });
  expect(left).toEqual([]);
});

test.each([
  ["postgres://ann:s3cret@db:5432/shop?sslmode=off", `postgres://${mask}@db:5432/shop?sslmode=off`],
  ["Cookie: theme=dark; sid=38afes7a8; id=5", `Cookie: ${mask}`],
  ['{"password":"a \\"quoted\\" one","user":"ann"}', `{"password":"${mask}","user":"ann"}`],
  ["-----BEGIN RSA PRIVATE KEY-----\\nMIIEow\\n-----END RSA PRIVATE KEY----- loaded", `${mask} loaded`],
  ["-----BEGIN PRIVATE KEY-----\nMIIEow", mask],
  ["mail=jane%40example.com", `mail=${mask}`],
  [String.raw`mail jane\u0040example.com`, `mail ${mask}`],
  ["postgres://ann:s3/cr@et@db:5432/shop", `postgres://${mask}@db:5432/shop`],
  [String.raw`"url":"redis:\/\/:s3cret@cache:6379"`, String.raw`"url":"redis:\/\/${mask}@cache:6379"`],
  ["dsn=postgres%3A%2F%2Fann%3As3cret%40db", `dsn=postgres%3A%2F%2F${mask}%40db`],
  ["jdbc:oracle:thin:ann/s3cret@db:1521/x", `jdbc:oracle:thin:${mask}@db:1521/x`],
  ["curl -u ann:s3cret https://api", `curl -u ann:${mask} https://api`],
  ['Authorization: Digest username="ann", response="6629fae4"', `Authorization: ${mask}`],
  ["map[Authorization:[Bearer s3cr3t] Ms:4]", `map[Authorization:[${mask} Ms:4]`],
  ["keys AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYab refused", `keys ${mask} refused`],
  [
    ["https://hooks.slack.com/ser", "vices/T0/B0/XyZ failed"].join(""),
    `https://hooks.slack.com/services/${mask} failed`,
  ],
  [["-----BEGIN PGP PRI", "VATE KEY BLOCK-----\nlQOY"].join(""), mask],
  ["X-Amz-Signature=fe5f80&X-Amz-Date=20261121", `X-Amz-Signature=${mask}&X-Amz-Date=20261121`],
])("%j is passed on as %j", (line, shown) => {
  expect(withoutSecrets(line)).toBe(shown);
});

test.each([
  "openai.chat input_tokens=812 output_tokens=46 max_tokens: 4096",
  "handshake timeout with vault:8200 after 30.0s code=504",
  "trace_id=4bf92f3577b34da6a3ce929d0e0e4736 span=00f067aa0ba902b7",
  "2026-11-21T14:03:10.123456789Z 1795269790123456789 1795269790123",
  "image sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 pulled",
  "user 123e4567-e89b-12d3-a456-426614174000 spin=3 react@18.2.0 10.0.0.1:443",
  "order=4111111111111112 qty=3 sku=2207-1188-2039",
  "password=*** token=null secret: <redacted>, authorization=missing",
  "unexpected token in JSON at position 4; the secret was rotated",
  "GB29NWBK60161331926818 is no account",
  "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 sha=9c1f2ab",
  "uber-trace-id: 3a836a3d0d9ab2ea4c38932360c023c4:5897884143037101:0:1",
  'dd.trace_id=4242424242424242 "span_id": "6090598707985298"',
  "20261121140310 20261121140310123 5208512171318403364 queryid -4129348572348572345",
  "git@github.com:acme/shop.git order-7d9c8f6b5-x2x4z 1-67891233-ad072e281401379201941eea",
  "basic authentication required; token_type=bearer expires_in=3600; auth: ok; secret: not found",
  "partition 3000 4512 12 5001 7000 <password></password>",
])("%j stays as it is", (line) => {
  expect(withoutSecrets(line)).toBe(line);
});

test("ids, short hashes and times stay as they are, whatever their digits", () => {
  const hex = (length: number) =>
    fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });
  const time = fc.integer({ min: 1.5e12, max: 1.9e12 }).map((ms) => new Date(ms).toISOString());
  const kept = fc.oneof(
    hex(32),
    hex(40),
    hex(7),
    hex(32).map((id) => id.toUpperCase()),
    fc.uuid(),
    fc.tuple(hex(32), hex(16)).map(([trace, span]) => `trace_id=${trace} span_id=${span}`),
    fc.tuple(hex(32), hex(16)).map(([trace, span]) => `00-${trace}-${span}-01`),
    time,
    time.map((text) => text.replace(/\D/g, "")),
    time.map((text) => `${Date.parse(text)}`),
    fc.tuple(time, fc.integer({ min: 100_000, max: 999_999 })).map(([text, rest]) => `${Date.parse(text)}${rest}`),
  );
  fc.assert(
    fc.property(kept, (text) => withoutSecrets(text) === text),
    { numRuns: 2_000 },
  );
});

test("twice is once, and a line of 200 kB costs no more than its length", () => {
  const line = `${'password=x token: y ann@example.com 4111 1111 1111 1111 {"a":"b"} '.repeat(20)}`;
  expect(withoutSecrets(withoutSecrets(line))).toBe(withoutSecrets(line));
  for (const hostile of [
    "a".repeat(200_000),
    "4 ".repeat(100_000),
    'password="'.repeat(20_000),
    "x-".repeat(100_000),
    "a@".repeat(100_000),
    "://".repeat(70_000),
    "-----BEGIN PRIVATE KEY-----".repeat(7_000),
    '["password","'.repeat(15_000),
    "<password ".repeat(20_000),
    "password \u001b[0m".repeat(14_000),
    "4111-".repeat(40_000),
    "postgres://a:".repeat(15_000),
    "%3A%2F%2F".repeat(22_000),
    `--${"a-".repeat(100_000)}`,
    "DE89 3704 ".repeat(20_000),
  ])
    expect(withoutSecrets(hostile).length).toBeLessThanOrEqual(hostile.length + 20_000);
});
