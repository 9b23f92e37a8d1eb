/** What others may write: names that lie about their direction, their length, their colour, or that they are markup. */
import { evidence } from "@/components/gallery/checkout";
import { explanation } from "@/components/gallery/checkout-story";
import { linesFrom, traceAnswer } from "@/components/gallery/draw";
import type { Evidence } from "@/lib/evidence";
import type { Explanation } from "@/lib/explanation";

const long = "n".repeat(10_000);
const words = {
  // Right-to-left override: what follows is drawn backwards unless it is contained.
  bidi: "\u202egnp.exe\u202c דוח תשלומים",
  markup: `<img src=x onerror="alert(1)"><b>bold</b>&amp;`,
  emoji: "👩‍🚀🔥🇩🇪 ❤️‍🔥",
  ansi: "\u001b[1;31mred\u001b[0m \u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007 \u001b[2J",
  zalgo: "p̸̡̛a̶͓͝y̷̢͘m̸̗͝e̵n̷t̴",
  control: "tab\there\u0000nul\u200bzero",
} as const;
/** All of it in one. */
export const hostileText = `${Object.values(words).join(" ")} ${long.slice(0, 400)}`;

const trace = traceAnswer(`
  ${words.bidi.replaceAll(" ", "_")}  POST /check<out>     0-30140 ! [server] "${words.ansi}"
    ${words.emoji.replaceAll(" ", "")}  ${words.markup}    6-30126 ! {html=<script>alert(1)</script>, ansi=${words.ansi}, long=${long}}
      a  ${long}                         12-23
      ${words.zalgo}  ${words.zalgo}     25-53 ?
      ${long}  ${words.control}          60-61
        ${long}  ${words.bidi}           60-61
`);

const lines = linesFrom(
  [
    `14:03:12.481 INFO ${words.bidi.replaceAll(" ", "_")} ${words.bidi} accepted`,
    `14:03:12.490 WARN gateway ${words.markup}`,
    `14:03:12.502 ERROR ${words.emoji.replaceAll(" ", "")} ${words.emoji} failed ${words.emoji}`,
    `14:03:12.514 ERROR payment ${words.ansi} after`,
    `14:03:12.520 FATAL ${long} ${long}`,
    `14:03:12.530 DEBUG ${words.zalgo} ${words.zalgo} ${words.control}`,
    `14:03:12.540 INFO gateway {"level":"info","nested":{"deep":[1,2,{"${words.markup.replaceAll('"', "'")}":null}]}}`,
  ].join("\n"),
);

/** The checkout's evidence with trace and lines as an attacker would write them. */
export const hostileEvidence: readonly Evidence[] = evidence.map((one): Evidence => {
  if (one.answer.kind === "trace") return { ...one, answer: trace };
  if (one.question.purpose.kind === "lines-of-id") return { ...one, answer: { kind: "lines", lines, limited: false } };
  return one;
});

const phrase = explanation.story[0];

export const hostileExplanation: Explanation = {
  ...explanation,
  story: phrase
    ? [
        { ...phrase, text: `${words.bidi} ${words.markup}` },
        { ...phrase, text: ` hangs in `, target: null, tone: "plain" },
        { ...phrase, text: `${"x".repeat(180)}`, tone: "code" },
        { ...phrase, text: ` ${words.emoji}.`, target: null, tone: "plain" },
      ]
    : [],
  weak: `${words.zalgo} ${"y".repeat(300)}`,
  findings: explanation.findings.map((finding) => ({
    ...finding,
    sentence: finding.sentence.map((part) => ({ ...part, text: `${part.text} ${words.bidi} ${words.markup}` })),
    weakenedBy: [`${words.emoji} ${"z".repeat(200)}`],
  })),
};
