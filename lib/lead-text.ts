/**
 * Whatever was pasted -> short, clean text that is safe to search and to show: bounded, without control and bidi
 * characters, terminal colours or smart quotes, percent-decoded step by step. Knows nothing of ids.
 */

// A log line is at most 256 kB in Loki, but an id stands near its start or its end.
const headLength = 64 * 1024;
const tailLength = 4 * 1024;
// Once by the browser, once by the chat, once by the mail filter.
const mostDecodings = 3;

const terminalColours = /(?!\s)\p{Cc}\[[0-9;?]{0,24}[A-Za-z]/gu;
// C0 and C1 without tab and line feed, zero-width and bidirectional controls, soft hyphen, byte order mark, lone surrogates.
const invisible = /[^\P{C}\t\n]/gu;

const cleaned = (text: string): string =>
  text
    .replace(terminalColours, "")
    .replace(/\r\n?/g, "\n")
    .replace(invisible, "")
    .replace(/&quot;|&#34;|[“”„]/g, '"')
    .replace(/&#39;|[‘’]/g, "'");

// Run by run: one broken escape must not keep the others encoded.
const decoded = (text: string): string =>
  text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });

/** The pasted text, cleaned and bounded to its first 64 kB and last 4 kB, then decoded up to three times while that changes it. */
export function stagesOf(pasted: string): readonly [string, ...string[]] {
  const bounded =
    pasted.length > headLength + tailLength ? `${pasted.slice(0, headLength)}\n${pasted.slice(-tailLength)}` : pasted;
  const first = cleaned(bounded);
  const rest: string[] = [];
  for (let text = first; rest.length < mostDecodings; ) {
    const next = cleaned(decoded(text));
    if (next === text) break;
    rest.push(next);
    text = next;
  }
  return [first, ...rest];
}

/** At most `most` characters of a text, on one line, fit to be shown inside a sentence. */
export function excerptOf(pasted: string, most = 60): string {
  const line = cleaned(pasted.slice(0, 1_024)).replace(/\s+/g, " ").trim();
  const characters = Array.from(line);
  return characters.length > most || pasted.length > 1_024 ? `${characters.slice(0, most - 1).join("")}…` : line;
}
