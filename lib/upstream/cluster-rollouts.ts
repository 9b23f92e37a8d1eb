/**
 * The lives of a workload's pods -> rollouts and scaling, each once. Pure.
 *
 *   set a   ████████████▌                one rollout: from the first pod of b to the last
 *           ██████████████▌
 *   set b             ██████████████████
 *                        █████████████████
 *                                ██████    one scale-out: more of the same, when no other set is left
 */
import "server-only";
import type { NamedWorkload } from "@/lib/evidence";
import type { Change } from "@/lib/signal/change";
import { type Instant, minute, printDuration, second, toInstant } from "@/lib/signal/time";
import { type Life, versionOf, workloadKey } from "@/lib/upstream/cluster-pods";

/** Pods that begin or end within this belong together: readiness and grace periods are of this order. */
const together = 2 * minute;
const source = "Kubernetes pods";

/** Without a pod for longer than it takes to replace all at once: the service was idle. */
const idle = 5 * minute;

type Step = { readonly key: string; readonly lives: Life[]; readonly from: string | null };

const isAliveAt = ({ created, gone }: Life, at: number): boolean => created <= at && (gone === null || gone > at);
const aliveAt = (lives: readonly Life[], at: number): Life[] => lives.filter((life) => isAliveAt(life, at));

/** Runs of pods of one kind as they were made, in time: a rollout begins where the kind turns. */
function stepsOf(lives: readonly Life[], begin: Instant): { rollouts: Step[]; added: Life[] } {
  const made = lives.toSorted((a, b) => a.created - b.created || (a.pod < b.pod ? -1 : 1));
  const rollouts: Step[] = [];
  const added: Life[] = [];
  let current: string | null = null;
  for (const [index, life] of made.entries()) {
    const step = rollouts.at(-1);
    if (life.created <= begin) {
      current = life.key;
      continue;
    }
    const others = aliveAt(made, life.created - 1).some(({ key }) => key !== life.key);
    const wasThere = made.slice(0, index).some(({ key }) => key === life.key);
    const stays = aliveAt(made, life.created + 5 * together).some(({ key }) => key === current);
    const follows = step?.key === life.key && life.created - (step.lives.at(-1)?.created ?? 0) <= together;
    // A pod of the old set that is made anew while the new set stays turns nothing.
    if (life.key !== current && !(wasThere && stays)) {
      rollouts.push({ key: life.key, lives: [life], from: current });
      current = life.key;
    } else if (step?.key === life.key && (others || follows)) step.lives.push(life);
    else added.push(life);
  }
  return { rollouts, added };
}

function titleOf(
  { lives, from }: Step,
  { service }: NamedWorkload,
  version: string | null,
  pause: number,
  isAnew: boolean,
): string {
  const pods = lives.length === 1 ? "1 pod" : `${lives.length} pods`;
  const name = [service.name, version].filter((part) => part !== null).join(" ");
  if (from === null) return `${name} came up where no pod ran`;
  if (pause > idle) return `${name} came up after ${printDuration(pause)} without a pod`;
  if (isAnew) return `${service.name} rolled out anew with the same image: ${pods}`;
  return version === null ? `${service.name} rolled out: ${pods}` : name;
}

function rolloutOf(
  step: Step,
  all: readonly Life[],
  workload: NamedWorkload,
  setCreated: ReadonlyMap<string, Instant>,
): Change {
  const { key, lives, from } = step;
  const { service } = workload;
  const [first] = lives;
  const at = first?.created ?? toInstant(0);
  const before = all.filter((life) => life.created < at);
  const version = versionOf(first, workload);
  const previous = versionOf(
    before.findLast((life) => life.key === from),
    workload,
  );
  const lastGone = Math.max(...before.map(({ gone }) => gone ?? at));
  const pause = before.length === 0 ? 0 : at - lastGone;
  const isAnew = version !== null && version === previous;
  const isReturn = from !== null && before.some((life) => life.key === key);
  const isSame = from === null || isAnew;
  const last = lives.at(-1)?.created ?? at;
  const made = setCreated.get(key);
  // The set is made before its first pod; one that existed before says nothing.
  const begin = made !== undefined && made <= at && at - made <= together ? made : at;
  const wasIdle = from === null || pause > idle;
  return {
    id: `rollout ${workloadKey(workload)} ${key} ${at}`,
    kind: wasIdle && isSame ? "scale" : isReturn ? "rollback" : isSame || version === null ? "rollout" : "deploy",
    at: begin,
    // A version that shows because pods run again may have been made known any time while there were none.
    notBefore: toInstant(Math.min(begin, first?.notBefore ?? begin, pause > idle && !isSame ? lastGone : begin)),
    until: last > begin ? last : null,
    title: titleOf(step, workload, version, pause, isAnew),
    service,
    version: isSame ? null : version,
    previousVersion: isSame ? null : previous,
    source,
    link: null,
    tags: wasIdle ? ["idle before"] : [],
  };
}

/** Taken back before it was everywhere: the new pods are gone, and the old ones were never replaced. */
function withdrawn(rollouts: readonly Step[], lives: readonly Life[], workload: NamedWorkload): Change[] {
  return rollouts.flatMap(({ key, from }, index): Change[] => {
    const own = lives.filter((life) => life.key === key);
    const at = toInstant(Math.max(...own.map(({ gone }) => gone ?? Number.POSITIVE_INFINITY)));
    const old = Number.isFinite(at) ? aliveAt(lives, at).filter((life) => life.key === from) : [];
    if (from === null || old.length === 0 || rollouts.length > index + 1) return [];
    const version = versionOf(old[0], workload);
    const { service } = workload;
    return [
      {
        ...{ id: `withdrawn ${workloadKey(workload)} ${key} ${at}`, kind: "rollback", at, notBefore: at, until: null },
        ...{ title: [service.name, version].filter((part) => part !== null).join(" "), service, version },
        ...{ previousVersion: versionOf(own[0], workload), source, link: null, tags: [] },
      },
    ];
  });
}

type Turn = { readonly at: Instant; readonly until: Instant; readonly notBefore: Instant };

/** Instants that lie near to one another as one. */
function gathered(instants: readonly { readonly at: Instant; readonly notBefore: Instant }[]): Turn[] {
  const turns: Turn[] = [];
  for (const { at, notBefore } of instants.toSorted((a, b) => a.at - b.at)) {
    const held = turns.at(-1);
    if (held && at - held.until <= together) turns[turns.length - 1] = { ...held, until: at };
    else turns.push({ at, until: at, notBefore });
  }
  return turns;
}

/** More pods, fewer, or others in their place: nothing that a rollout does. */
function scalesOf(
  lives: readonly Life[],
  added: readonly Life[],
  rollouts: readonly Change[],
  workload: NamedWorkload,
): Change[] {
  const { service } = workload;
  // Old pods may all go before the first new one comes, and some go long after.
  const inRollout = (at: number): boolean =>
    rollouts.some((each) => at >= each.notBefore - idle && at <= (each.until ?? each.at) + 5 * together);
  const ends = lives.flatMap(({ gone }) =>
    gone === null || inRollout(gone) ? [] : [{ at: gone, notBefore: toInstant(gone - 30 * second) }],
  );
  const begins = added.map(({ created, notBefore }) => ({ at: created, notBefore }));
  return gathered([...begins, ...ends]).map(({ at, until, notBefore }): Change => {
    const before = aliveAt(lives, notBefore - 1).length;
    const after = aliveAt(lives, until).length;
    const fresh = begins.filter((each) => each.at >= at && each.at <= until).length;
    const what =
      after > before
        ? `scaled out: ${before} → ${after} pods`
        : after < before
          ? `scaled in: ${before} → ${after} pods`
          : `pods replaced, same version: ${fresh}`;
    return {
      ...{ id: `scale ${workloadKey(workload)} ${at}`, kind: "scale", at, notBefore, until: until > at ? until : null },
      ...{ title: `${service.name} ${what}`, service, version: null, previousVersion: null },
      ...{ source, link: null, tags: [] },
    };
  });
}

/** `begin` = the first instant at which anything was told: what ran then was there before. */
export function rolloutsOf(
  lives: readonly Life[],
  workload: NamedWorkload,
  setCreated: ReadonlyMap<string, Instant>,
  begin: Instant,
): Change[] {
  const { rollouts, added } = stepsOf(lives, begin);
  const changes = rollouts.map((step) => rolloutOf(step, lives, workload, setCreated));
  return [...changes, ...withdrawn(rollouts, lives, workload), ...scalesOf(lives, added, changes, workload)];
}
