/** Secrets in lines, as systems write them: what leaves the page is held against them. */
/** Put together here, so that no scanner takes the table for a leak. */
const key = (...parts: readonly string[]): string => parts.join("");
export const planted: readonly string[] = [
  key("AKIA", "IOSFODNN7EXAMPLE"),
  key("ghp", "_16C7e42F292c6912E7710c838347Ae178B4a"),
  key("glpat", "-AbCdEfGhIjKlMnOpQrSt"),
  key("xoxb", "-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy"),
  key("sk_", "live_4eC39HqLyjWDarjtT1zdp7dc"),
  key("AIza", "SyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe"),
  key("eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxMjM0NTY3ODkwIn0", ".dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"),
  key("npm", "_abcdefghijklmnopqrstuvwxyz0123456789"),
  key("SG", ".ngeVfQFYQlKU0ufo8x5d1A", ".TwL2iGABf9DHoTf-09kqeF8tAmbihYzrnopKc-1s5cr"),
  key("hvs", ".CAESIJlYq8kP0aBcDeFgHiJk"),
  key("hf", "_abcdefghijklmnopqrstuvwxyz01234567"),
  key("s", ".9abcdefghijklmnopqrstuvw"),
  key("eyJhbGciOiJSU0EtT0FFUCJ9", ".OKOawDo13gRp2ojaHV7LFpZcgV7", ".48V1_ALb6US04U3b", ".5eym8TW_c8", ".XFBoMYUZodet"),
  "4111 1111 1111 1111",
  "4111.1111.1111.1111",
  "4111\u00a01111\u00a01111\u00a01111",
  "3782 822463 10005",
  "6212345678901232",
  "ann%2540example.com",
  "DE89-3704-0044-0532-0130-00",
  "5500-0000-0000-0004",
  "378282246310005",
  "DE89 3704 0044 0532 0130 00",
  "GB29NWBK60161331926819",
  "jane.doe+night@example.co.uk",
  "jürgen@example.org",
];
/** What is secret only by its name. */
const bare: readonly string[] = ["hunter2", "p@ss;w0rd,with=signs!", "correct-horse", "0451", "c2VjcmV0OnZhbHVl=="];

const carriers: readonly ((secret: string) => string)[] = [
  (secret) => `refused: ${secret} is not known`,
  (secret) => JSON.stringify({ level: "error", msg: `no luck with ${secret}` }),
  (secret) => JSON.stringify({ log: JSON.stringify({ inner: JSON.stringify({ value: secret }) }) }),
  (secret) => `level=info detail="${secret}" ms=4`,
];
const namedCarriers: readonly ((secret: string) => string)[] = [
  (secret) => `login user=ann password=${secret} from=10.0.0.7`,
  (secret) => `DB_PASSWORD: ${secret}`,
  (secret) => JSON.stringify({ user: "ann", accessToken: secret, ms: 4 }),
  (secret) => JSON.stringify({ log: JSON.stringify({ client_secret: secret }) }),
  (secret) => JSON.stringify({ log: JSON.stringify({ inner: JSON.stringify({ "x-api-key": secret }) }) }),
  (secret) => `refresh_token='${secret}' ttl=30`,
  (secret) => `GET /callback?state=1&session_id=${encodeURIComponent(secret)}&next=/ 302`,
  (secret) => `> Authorization: Bearer ${secret.replace(/[;,!]/g, "")}`,
  (secret) => `<user><wsse:Password Type="text">${secret}</wsse:Password></user>`,
  (secret) => `mysqldump --password ${secret} --host db`,
  (secret) => `\u001b[36mpassword=\u001b[0m${secret} \u001b[36mms=\u001b[0m4`,
  (secret) => JSON.stringify({ name: "password", value: secret }),
  (secret) => JSON.stringify([["x-api-key", secret]]),
  (secret) => JSON.stringify({ headers: { "x-api-key": [secret] } }),
  (secret) => `ALTER USER ann WITH PASSWORD '${secret}'`,
  (secret) => `new_password=x1&password_confirmation=${encodeURIComponent(secret)}`,
];

/** Each secret in each way a line carries it. */
export const carried: readonly { readonly secret: string; readonly line: string }[] = [
  ...planted.flatMap((secret) => carriers.map((carry) => ({ secret, line: carry(secret) }))),
  ...bare.flatMap((secret) => namedCarriers.map((carry) => ({ secret, line: carry(secret) }))),
];
