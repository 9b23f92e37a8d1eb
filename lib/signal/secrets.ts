/**
 * Text of others -> the same text without what nobody may pass on: passwords, tokens, keys, card and account numbers, mail
 * addresses. For what leaves the page (copy, chat, Markdown); the page itself shows what the store holds. Pure and linear:
 * each pattern is anchored at a literal or a class that cannot match twice.
 */

/** What stands for a secret. */
export const mask = "•••";

/**
 * Names whose value is a secret, at the end of a longer one, too (`x-api-key`, `DB_PASSWORD`). `token` ends the name:
 * `tokens` and `input_tokens` are counts. The short ones stand alone or behind a separator: `spin` is no `pin`.
 */
const secretName =
  "(?:pass(?:(?:word|wd|phrase)[a-z0-9_-]{0,20}|code)?|secret(?:[_-]?key)?|token|(?:api|access|private|signing|encryption|account|shared|master)[_-]?key|apikey|credentials?|authorization|sess(?:ion)?(?:[_-]?id)?|signature|jwt|(?<![a-z])(?:pwd|sid|sig|otp|pin|cvv2?|cvc|ssn|auth))";

/**
 * `name=value`, `name: value`, `"name":"value"`, `\"name\":\"value\"`, `name%3Dvalue`, `name:[value`, colours between. A quoted
 * value ends at its own quote, another at a space, a quote or an ampersand: rather too much is hidden than the rest of a
 * password shown.
 */
const between = "(?:\\s|\u001b\\[[0-9;]{0,12}m){0,20}";
const named = new RegExp(
  `((?<![a-z0-9])[a-z0-9_.-]{0,40}?${secretName}(?:\\\\*["'])?${between}(?:=>|[:=：]|%3[ad])${between}(?:\\[${between})?)(?:(\\\\*["'])((?:(?!(?<!\\\\)\\2)[^\\r\\n])*)(?:\\2|$)|((?:(?:bearer|basic|digest|token|negotiate|apikey)\\s+)?[^\\s"'&\\\\]+))`,
  "gim",
);

/** `["name","value"]`, `('name', 'value')`, `{"name":"…","value":"…"}`: a pair, its two halves quoted alike. */
const paired = new RegExp(
  `([[({,]\\s?(?:\\\\*["'](?:name|key|header|field)\\\\*["']\\s?:\\s?)?(\\\\*["'])[a-z0-9_.-]{0,40}?${secretName}\\2\\s?,\\s?(?:\\2value\\2\\s?:\\s?)?\\2)((?:(?!\\2)[^\\r\\n])+)(?=\\2)`,
  "gi",
);

/** `<password>…</password>`, with a namespace and attributes or without. */
const element = new RegExp(`(<[a-z0-9_.:-]{0,40}?${secretName}(?:\\s[^<>]{0,200})?>)[^<]+`, "gi");

/** `--password …`, `--api-key …` of a command; `-u name:…` of curl; `PASSWORD '…'`, `IDENTIFIED BY '…'` of SQL. */
const option = new RegExp(`((?<!\\S)--[a-z0-9-]{0,40}?${secretName}\\s+)(?!-)\\S+`, "gi");
const login = /((?<!\S)(?:-u|--user|--proxy-user)[ =]["']?[^\s:"']{1,100}:)[^\s"']+/g;
const sql = /(\b(?:password|identified\s+by)\s+)'[^']+'/gi;

/** Of these schemes the credentials go on to the line's end. */
const parameters =
  /((?:proxy-)?authorization(?:\\*["'])?\s{0,3}[:=]\s{0,3}(?:\\*["'])?(?:digest|hawk|oauth|mac)\s)[^\r\n]+/gi;

/** A cookie header holds many, up to the line's end. */
const cookie = /((?:set-)?cookie(?:\\*["'])?\s{0,3}[:=]\s{0,3}(?:\\*["'])?)[^"'\\\r\n]+/gi;

/** A scheme of RFC 9110 and its credentials, wherever they stand: no word, and no next field. */
const scheme = /\b((?:[Bb]earer|BEARER|[Bb]asic|BASIC)\s+)(?!\w+=[^=\s])(?=[\w.~+/-]*[A-Z0-9=])[\w.~+/=-]{8,}/g;

/**
 * `://user:password@host` and `://token@host`, its slashes escaped as in JSON or encoded; a password may hold an @, and where
 * it is no web address, a slash as well.
 */
const userInfo = /(:(?:\\{0,4}\/){2})[^\s/"'<>?#\\]{1,300}@/g;
const databaseInfo = /(?<!https?)(:\/\/)[^\s@:/"'<>]{1,100}:[^\s"'<>]{1,300}@/gi;
const encodedInfo = /(%3a%2f%2f)[^\s"'<>&]{1,300}%40/gi;
const oracleInfo = /(jdbc:oracle:\w{1,10}:)[^\s@/]{1,100}\/[^\s@]{1,300}@/gi;

/** Addresses at which whoever knows them may write. */
const webhook =
  /((?:hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/webhooks|webhook\.office\.com\/webhookb2)\/)[^\s"'<>\\]+/gi;

/** Keys that their makers gave a prefix, so that they are found. */
const prefixed =
  /(?<![A-Za-z0-9])(?:eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?|(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}(?![0-9A-Za-z])(?::[\w/+=]{30,})?|gh[pousr]_\w{20,}|github_pat_\w{20,}|gl(?:pat|ptt|dt|rt|cbt|soat|ft|agent)-[\w-]{16,}|xox[a-z]-[\w-]{10,}|xapp-[\w-]{10,}|(?:sk|pk|rk)_(?:live|test)_\w{10,}|sk-[\w-]{16,}|AIza[\w-]{30,}|ya29\.[\w-]{10,}|1\/\/0[\w-]{20,}|npm_\w{30,}|hf_\w{30,}|pypi-[\w-]{16,}|SG\.[\w-]{16,}\.[\w-]{16,}|hv[sbr]\.[\w-]{16,}|s\.(?=[A-Za-z]*\d)[A-Za-z0-9]{24}(?![\w-])|gl(?:sa|c)_[\w=]{16,}|whsec_[\w+/=]{16,}|do[op]_v1_\w{16,}|shp(?:at|ca|pa|ss)_\w{16,}|sq0[a-z]{3}-[\w-]{16,}|dapi[0-9a-f]{32}|key-[0-9a-f]{32}|AC[0-9a-f]{32}|SK[0-9a-f]{32}|\d{8,10}:AA[\w-]{30,}|AGE-SECRET-KEY-1\w{20,})/g;

/** PEM, its line breaks written out or not; what is cut off before its end is a key still. */
const pem =
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g;

/** An address, its @ encoded once, twice or not; whoever pulls by `git@` is nobody. */
const mail =
  /(?<![\w.%+-])(?!git@)[\p{L}\p{N}._%+-]{1,64}(?:@|%(?:25)?40|\\{1,4}u0040|&#64;)(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}])/gu;

/**
 * 13 to 19 digits, together or in the groups that cards print; a payment card begins with 2221 to 2720 or with 3 to 6
 * (ISO/IEC 7812), so no compact time is one, and satisfies Luhn. What is named as a trace, span or request id is one.
 */
const card =
  /(?<![A-Za-z0-9]|\d[-._]|[0-9a-fA-F]{16}:|(?:trace|span|parent|request|correlation)[_.-]?id["'\\:=\s]{1,6})(?:22[2-9]\d|2[3-6]\d\d|27[0-2]\d|[3-6]\d{3})(?:\d{9,15}|([-._\u00a0]| {1,2})\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|([-._\u00a0]| {1,2})\d{6}\2\d{4,5})(?![A-Za-z0-9]|[-._]\d)/g;
/** Longer than 16 digits only these issue; other numbers of that length are ids. */
const longCard = /^(?:62|50[123]8|6304|6759|676[123])/;

/** ISO 13616; its remainder by 97 is 1, and each country has its own length. */
const iban = /(?<![A-Za-z0-9-])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,4})?(?![A-Za-z0-9])/gi;
const ibanLengths =
  "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20";

const isCard = (found: string): boolean => {
  const digits = found.replace(/\D/g, "");
  if (digits.length < 13 || digits.length > 19) return false;
  if (digits.length > 16 && digits === found && !longCard.test(digits)) return false;
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place]);
    const counted = place % 2 === 1 ? digit * 2 : digit;
    sum += counted > 9 ? counted - 9 : counted;
  }
  return sum % 10 === 0;
};

const isIban = (found: string): boolean => {
  const account = found.replace(/[ -]/g, "").toUpperCase();
  if (!ibanLengths.includes(`${account.slice(0, 2)}${account.length}`) || !/\d{6}/.test(account)) return false;
  const turned = account.slice(4) + account.slice(0, 4);
  let remainder = 0;
  for (const letter of turned)
    for (const digit of `${Number.parseInt(letter, 36)}`) remainder = (remainder * 10 + Number(digit)) % 97;
  return remainder === 1;
};

/** The beginning of a key, an address or a card, where a quotation was cut in the middle of it. */
const cutOff =
  /(?<![A-Za-z0-9])(?:(?:eyJ|AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox[a-z]-|(?:sk|pk|rk)_(?:live|test)_|sk-|AIza|npm_|hf_|SG\.|hv[sbr]\.|s\.\d|whsec_)[\w.+/=-]*|[\p{L}\p{N}._%+-]{1,64}(?:@|%(?:25)?40)[\p{L}\p{N}.-]*|[3-6]\d{3}(?:[-. \u00a0]?\d){4,14}[-. \u00a0]?|[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){1,7}(?:[ -]?[A-Z0-9]{1,4})?[ -]?)…/gu;

/** Words that stand where a value would, and give nothing away. */
const harmless =
  /^(?:•••|\*+|x{3,}|null|none|nil|undefined|true|false|missing|empty|invalid|expired|required|ok|not|no|is|was|has|must|failed|rejected|denied|mismatch|redacted|\[?redacted\]?|<\w+>)?[,;)}\]]*$/i;

export function withoutSecrets(text: string): string {
  return text
    .replace(pem, mask)
    .replace(databaseInfo, `$1${mask}@`)
    .replace(userInfo, `$1${mask}@`)
    .replace(encodedInfo, `$1${mask}%40`)
    .replace(oracleInfo, `$1${mask}@`)
    .replace(webhook, `$1${mask}`)
    .replace(prefixed, mask)
    .replace(cutOff, `${mask}…`)
    .replace(cookie, `$1${mask}`)
    .replace(parameters, `$1${mask}`)
    .replace(paired, (whole: string, before: string, _: string, value: string) =>
      harmless.test(value) ? whole : `${before}${mask}`,
    )
    .replace(element, `$1${mask}`)
    .replace(option, `$1${mask}`)
    .replace(login, `$1${mask}`)
    .replace(sql, `$1'${mask}'`)
    .replace(named, (whole: string, name: string, quote: string | undefined, quoted: string | undefined, bare = "") =>
      harmless.test(quoted ?? bare) ? whole : `${name}${quote ?? ""}${mask}${quote ?? ""}`,
    )
    .replace(scheme, `$1${mask}`)
    .replace(mail, mask)
    .replace(card, (found) => (isCard(found) ? mask : found))
    .replace(iban, (found) => (isIban(found) ? mask : found));
}
