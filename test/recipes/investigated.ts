/** Investigations of drawn installations, as tests of the recipes read them. */
import type { Purpose, Question } from "@/lib/evidence";
import type { Labels } from "@/lib/signal/labels";
import { at, drawnLead, traceAnswer } from "@/test/draw";
import { environment, everything, type Walk, type World, walk } from "@/test/installation";

const now = at("15:00:00");
export const investigated = (path: string, world: Partial<World>): Walk =>
  walk({
    lead: drawnLead,
    environments: [environment(everything)],
    world: {
      trace: ({ upstream }) => (upstream === "shop/tempo" ? traceAnswer(path, { start: at("14:03:12") }) : undefined),
      ...world,
    },
    now,
  });
export type Red = Extract<Purpose, { kind: "red" }>;
/** What each role was asked with. */
export const redOf = ({ asked }: Walk): { readonly red: Red; readonly question: Question }[] =>
  asked.flatMap((question) => (question.purpose.kind === "red" ? [{ red: question.purpose, question }] : []));
export const asked = (path: string, world: Partial<World>): Record<string, string> =>
  Object.fromEntries(redOf(investigated(path, world)).map(({ red, question }) => [red.role, question.text]));
export const payment = "payment Charge 0-900 [server]";
export const inShop = "shop/payment Charge 0-900 [server]";
/** One row of the identity probe. */
export const counted = (__name__: string, labels: Labels): readonly Labels[] => [{ __name__, ...labels }];
/** Time is told in these forms only. */
export const form = (...forms: readonly string[]) => ({ forms: (each: string): boolean => forms.includes(each) });
