/** Our templates, rendered by a real Alertmanager into real calls and a mail: the link in each leads to the alert. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { linkTemplate, receiverTexts } from "@/lib/alert-templates";
import { parseAlertLink } from "@/lib/lead-alert-link";
import { parseWebhook } from "@/lib/stream/alertmanager-webhook";
import { environment, everything } from "@/test/installation";
import { binaryOf } from "@/test/stack/build";
import { type Mailbox, startMailbox, unfolded } from "@/test/stack/mail";
import { freePorts, type Running, run, untilReady } from "@/test/stack/processes";

const origin = "https://console.example";
type Call = { readonly path: string; readonly body: string; readonly token: string | undefined };
const calls: Call[] = [];
const receiver = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk: Buffer) => {
    body += chunk.toString();
  });
  request.on("end", () => {
    calls.push({ path: request.url ?? "", body, token: request.headers.authorization });
    const path = request.url ?? "";
    // As each of them answers: Slack in plain text, PagerDuty with 202, Telegram with the message it sent.
    response.writeHead(path === "/pagerduty" ? 202 : 200, {
      "content-type": path === "/slack" ? "text/plain" : "application/json",
    });
    const telegram = '{"ok":true,"result":{"message_id":1,"chat":{"id":1,"type":"group"}}}';
    response.end(path === "/slack" ? "ok" : path.startsWith("/bot") ? telegram : '{"status":"success"}');
  });
});

let dir = "";
let alertmanager: Running;
let mailbox: Mailbox;
let url = "";

/** The text as it is copied, told where to send. */
function configOf(port: number, mailPort: number): string {
  const texts = receiverTexts({ origin, environment: null });
  const here = `http://127.0.0.1:${port}`;
  const slack = texts.slack.replace("  - channel", `  - api_url: ${here}/slack\n    channel`);
  const pagerduty = texts.pagerduty.replace(/routing_key_file: .*/, `routing_key: key\n    url: ${here}/pagerduty`);
  const telegram = texts.telegram.replace(/bot_token_file: .*/, `bot_token: "1:a"\n    api_url: ${here}`);
  const token = texts.warm.replace(/credentials_file: .*/, `credentials_file: ${join(dir, "token")}`);
  const warm = token.replace(origin, here);
  const server = `smarthost: "127.0.0.1:${mailPort}"\n    from: alertmanager@example.com\n    require_tls: false`;
  const mail = texts.mail.replace("    send_resolved", `    ${server}\n    send_resolved`);
  const indented = [slack, pagerduty, telegram, mail].join("").replace(/^(?=.)/gm, "    ");
  return `route: {receiver: all, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}
templates: [${join(dir, "throughline.tmpl")}]
receivers:
  - name: all
${indented}${warm.replace(/^(?=.)/gm, "    ")}      - {url: "${here}/webhook"}
`;
}

beforeAll(async () => {
  const binary = await binaryOf("alertmanager", () => undefined);
  dir = await mkdtemp(join(tmpdir(), "throughline-templates-"));
  const [port = 0, own = 0, mailPort = 0] = await freePorts(3);
  mailbox = await startMailbox(mailPort);
  await new Promise<void>((resolve) => receiver.listen(own, "127.0.0.1", resolve));
  await writeFile(join(dir, "throughline.tmpl"), linkTemplate({ origin, environment: null }));
  await writeFile(join(dir, "token"), "a-token-of-this-test\n");
  await writeFile(join(dir, "alertmanager.yml"), configOf(own, mailPort));
  url = `http://127.0.0.1:${port}`;
  alertmanager = run(
    "alertmanager",
    binary,
    [
      `--config.file=${join(dir, "alertmanager.yml")}`,
      `--storage.path=${join(dir, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--cluster.listen-address=",
    ],
    {},
    join(dir, "log"),
  );
  await untilReady(alertmanager, `${url}/-/ready`, 30_000);
}, 600_000);
afterAll(async () => {
  await alertmanager?.stop(4_000);
  await new Promise((resolve) => receiver.close(resolve));
  await mailbox?.close();
  await rm(dir, { recursive: true, force: true });
});

const labels = { alertname: "Pool full & slow", path: '/a?b="ü"&c=1+2%', zone: "eu 1", emoji: "🔥" };
const startsAt = new Date(Date.now() - 60_000).toISOString();
const send = (alerts: readonly unknown[]): Promise<Response> =>
  fetch(`${url}/api/v2/alerts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(alerts),
  });
/** Every text in it, wherever it stands. */
const textsIn = (value: unknown): string[] =>
  typeof value === "string"
    ? [value]
    : typeof value === "object" && value !== null
      ? Object.values(value).flatMap(textsIn)
      : [];
const bodyOf = (call: Call): unknown => JSON.parse(call.body);
const linksIn = (call: Call): string[] =>
  textsIn(bodyOf(call)).flatMap((text) =>
    [...text.matchAll(/https:\/\/console\.example\/alert\?[^\s"<>|]*/g)].map(([link]) => link),
  );
async function received(path: string, from: number): Promise<Call> {
  await expect.poll(() => calls.slice(from).some((call) => call.path.startsWith(path)), { timeout: 20_000 }).toBe(true);
  const call = calls.slice(from).find((each) => each.path.startsWith(path));
  if (!call) throw new Error(`no call of ${path}`);
  return call;
}
/** As whoever shows HTML reads an address in it. */
const decoded = (text: string): string =>
  text.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code))).replaceAll("&amp;", "&");
const read = (link: string) => parseAlertLink(new URL(link).search).reading;

test("one alert: the link in every message leads to its labels, its start and its fingerprint", async () => {
  await send([{ labels, startsAt }]);
  const { alertname, ...own } = labels;
  const hook = bodyOf(await received("/webhook", 0));
  const [fingerprint] = textsIn(hook).filter((text) => /^[0-9a-f]{16}$/.test(text));
  for (const path of ["/slack", "/pagerduty", "/bot"]) {
    const links = linksIn(await received(path, 0)).map((link) => (path === "/bot" ? decoded(link) : link));
    expect(links.length, path).toBeGreaterThan(0);
    for (const link of links)
      expect(read(link), `${path}: ${link}`).toMatchObject({
        ...{ name: alertname, labels: own, startsAt: Date.parse(startsAt), fingerprint },
      });
  }
});

test("the mail of it holds the same link, as a mail program reads it", async () => {
  await expect.poll(() => mailbox.mails.length, { timeout: 20_000 }).toBeGreaterThan(0);
  const { alertname, ...own } = labels;
  const text = unfolded(mailbox.mails[0] ?? "");
  expect(text).toContain("Look into it");
  const [link = ""] = [...text.matchAll(/href="(https:\/\/console\.example\/alert\?[^"]*)"/g)].map(
    ([, href = ""]) => href,
  );
  expect(read(decoded(link)), link).toMatchObject({ name: alertname, labels: own, startsAt: Date.parse(startsAt) });
});

test("the call that makes the page ready holds the token, and asks for the page of that link", async () => {
  const call = await received("/api/webhook/alertmanager", 0);
  expect(call.token).toBe("Bearer a-token-of-this-test");
  const parsed = parseWebhook(bodyOf(call), null, { environments: [environment(everything)] });
  const { alertname, ...own } = labels;
  const reading = parsed.ok ? parsed.webhook.request?.lead.reading : undefined;
  expect(reading).toMatchObject({ name: alertname, labels: own, startsAt: Date.parse(startsAt) });
});

test("when it resolves, the link is the same", async () => {
  const [before] = linksIn(await received("/slack", 0));
  const from = calls.length;
  await send([{ labels, startsAt, endsAt: new Date(Date.now() - 1_000).toISOString() }]);
  const [after] = linksIn(await received("/slack", from));
  expect(after).toBe(before);
});

test("of several in one message, the link leads to what they have in common", async () => {
  const from = calls.length;
  await send(["a", "b"].map((pod) => ({ labels: { alertname: "Restarts", team: "x", pod }, startsAt })));
  // The first of them may be sent alone, an instant before the second is taken in; then both are, a second later.
  const last = (): ReturnType<typeof read> => {
    const sent = calls.slice(from).filter(({ path }) => path === "/pagerduty");
    return read(sent.flatMap(linksIn).at(-1) ?? origin);
  };
  await expect
    .poll(last, { timeout: 20_000 })
    .toMatchObject({ name: "Restarts", labels: { team: "x" }, startsAt: null });
});
