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
  "(?:pass(?:word|wd|phrase|code)?|secret(?:[_-]?key)?|token|(?:api|access|private|signing|encryption|account|shared|master)[_-]?key|apikey|credentials?|authorization|session(?:[_-]?id)?|signature|jwt|(?<![a-z])(?:pwd|sid|sig|otp|pin|cvv2?|cvc|ssn|auth))";

/**
 * `name=value`, `name: value`, `"name":"value"`, `\"name\":\"value\"`, `name%3Dvalue`. A quoted value ends at its own quote,
 * another at a space, a quote or an ampersand: rather too much is hidden than the rest of a password shown.
 */
const named = new RegExp(
  `((?<![a-z0-9])[a-z0-9_.-]{0,40}?${secretName}(?:\\\\*["'])?\\s{0,3}(?:=>|[:=]|%3[ad])\\s{0,3})(?:(\\\\*["'])((?:(?!(?<!\\\\)\\2)[^\\r\\n])*)(?:\\2|$)|((?:(?:bearer|basic|digest|token|negotiate|apikey)\\s+)?[^\\s"'&\\\\]+))`,
  "gim",
);

/** A cookie header holds many, up to the line's end. */
const cookie = /((?:set-)?cookie(?:\\*["'])?\s{0,3}[:=]\s{0,3}(?:\\*["'])?)[^"'\\\r\n]+/gi;

/** A scheme of RFC 9110 and its credentials, wherever they stand. */
const scheme = /\b((?:bearer|basic)\s+)[\w.~+/=-]{8,}/gi;

/** `://user:password@host` and `://token@host`. */
const userInfo = /(:\/\/)[^\s/@"'<>]{1,300}@/g;

/** Keys that their makers gave a prefix, so that they are found. */
const prefixed =
  /(?<![A-Za-z0-9])(?:eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?|(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}|gh[pousr]_\w{20,}|github_pat_\w{20,}|gl(?:pat|ptt|dt|rt|cbt|soat|ft|agent)-[\w-]{16,}|xox[a-z]-[\w-]{10,}|xapp-[\w-]{10,}|(?:sk|pk|rk)_(?:live|test)_\w{10,}|sk-[\w-]{16,}|AIza[\w-]{30,}|ya29\.[\w-]{10,}|1\/\/0[\w-]{20,}|npm_\w{30,}|pypi-[\w-]{16,}|SG\.[\w-]{16,}\.[\w-]{16,}|hv[sbr]\.[\w-]{16,}|gl(?:sa|c)_[\w=]{16,}|whsec_[\w+/=]{16,}|do[op]_v1_\w{16,}|shp(?:at|ca|pa|ss)_\w{16,}|sq0[a-z]{3}-[\w-]{16,}|dapi[0-9a-f]{32}|key-[0-9a-f]{32}|AC[0-9a-f]{32}|SK[0-9a-f]{32}|\d{8,10}:AA[\w-]{30,}|AGE-SECRET-KEY-1\w{20,})/g;

/** PEM, its line breaks written out or not; what is cut off before its end is a key still. */
const pem = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g;

/** An address, its @ percent-encoded or not. */
const mail = /(?<![\w.%+-])[\p{L}\p{N}._%+-]{1,64}(?:@|%40)(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}])/gu;

/** 13 to 19 digits in groups; a payment card begins with 2 to 6 (ISO/IEC 7812) and satisfies Luhn. */
const card = /(?<![\w.-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\w-])/g;

/** ISO 13616; its remainder by 97 is 1. */
const iban = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![A-Za-z0-9])/g;

const satisfiesLuhn = (digits: string): boolean => {
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place]);
    const counted = place % 2 === 1 ? digit * 2 : digit;
    sum += counted > 9 ? counted - 9 : counted;
  }
  return sum % 10 === 0;
};

const satisfiesIban = (account: string): boolean => {
  const turned = account.slice(4) + account.slice(0, 4);
  let remainder = 0;
  for (const letter of turned)
    for (const digit of `${Number.parseInt(letter, 36)}`) remainder = (remainder * 10 + Number(digit)) % 97;
  return remainder === 1;
};

/** Words that stand where a value would, and give nothing away. */
const harmless =
  /^(?:•••|\*+|x{3,}|null|none|nil|undefined|true|false|missing|empty|invalid|expired|required|redacted|\[?redacted\]?|<\w+>)?[,;)}\]]*$/i;

export function withoutSecrets(text: string): string {
  return text
    .replace(pem, mask)
    .replace(userInfo, `$1${mask}@`)
    .replace(prefixed, mask)
    .replace(cookie, `$1${mask}`)
    .replace(named, (whole: string, name: string, quote: string | undefined, quoted: string | undefined, bare = "") =>
      harmless.test(quoted ?? bare) ? whole : `${name}${quote ?? ""}${mask}${quote ?? ""}`,
    )
    .replace(scheme, `$1${mask}`)
    .replace(mail, mask)
    .replace(card, (found) => (satisfiesLuhn(found.replace(/[ -]/g, "")) ? mask : found))
    .replace(iban, (found) => (satisfiesIban(found.replace(/ /g, "")) ? mask : found));
}
