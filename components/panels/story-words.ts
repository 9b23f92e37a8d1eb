/** The story in few words, and what stands in its place while nothing can be said yet, or when nothing could. Pure. */
import type { InvestigationState } from "@/components/investigation-state";
import { isFailure } from "@/lib/evidence";
import type { Phrase } from "@/lib/explanation";

/** The first sentence, for a tab or a list: at most 90 characters. */
export function headlineOf(story: readonly Phrase[]): string {
  const text = story.map((phrase) => phrase.text).join("");
  const [first = ""] = text.split(/[.!?](?:\s|$)/);
  return first.length > 90 ? `${first.slice(0, 89)}…` : first;
}

export function storyWords({ hello, questions, evidence, stream }: InvestigationState): string {
  const spelling = hello?.lead.reading.spelling ?? "";
  const what = spelling.length > 40 ? `${spelling.slice(0, 38)}…` : spelling;
  if (stream === "lost" && hello === null) return "The investigation could not begin.";
  if (hello === null) return "Opening …";
  if (stream === "lost") return `The connection was lost before anything could be said of ${what}.`;
  if (
    stream !== "open" &&
    evidence.length > 0 &&
    evidence.every(({ answer }) => answer.kind === "gap" && isFailure(answer))
  )
    return `None of those that were asked for ${what} could answer. Why stands below.`;
  if (stream !== "open")
    return `Nothing that was asked speaks of ${what}. What was asked, and why it is empty, stands below.`;
  const open = questions.length - evidence.length;
  if (questions.length === 0) return `Looking for ${what} …`;
  return `Looking for ${what}: ${open > 0 ? `waiting for ${open} of ${questions.length} answers` : "putting the answers together"} …`;
}

/** What is said aloud: few words when it opens, the whole when it stands. Not each of the steps between. */
export function heardWords({ explanation, hello, stream, evidence, questions }: InvestigationState): string {
  const story = explanation.story.map(({ text }) => text).join("");
  if (stream === "open") return hello === null ? "" : "Looking. What is found is told when it is all in.";
  const answers = `${evidence.length} of ${questions.length} questions answered.`;
  if (stream === "lost") return `The connection was lost. ${answers}`;
  return `${story === "" ? "Nothing can be said." : story} ${answers}`;
}
