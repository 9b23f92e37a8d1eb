/**
 * Alertmanager's fingerprint is over the labels as it was sent them, the server's `external_labels` among them; a record
 * holds the alert without those. They are learnt from any alert that both tell of. Source: prometheus/common,
 * model.LabelSet.Fingerprint; Prometheus, `external_labels`.
 */
import { type Incident, ownLabels } from "@/lib/alert-incidents";
import { fingerprintOf } from "@/lib/signal/fingerprint";
import { type Labels, labelsKey } from "@/lib/signal/labels";

/** Of servers that one list knows; each has one set. */
const most = 16;

/** What Alertmanager's copies carry beyond their rule server's own, each set once: `{cluster: "eu", prometheus: "k8s"}`. */
export function externalsOf(incidents: readonly Incident[]): Labels[] {
  const sets = new Map<string, Labels>();
  for (const { labels, ruleLabels } of incidents) {
    if (ruleLabels === null) continue;
    const more = Object.fromEntries(Object.entries(labels).filter(([label]) => !(label in ruleLabels)));
    if (Object.keys(more).length > 0) sets.set(labelsKey(more), more);
  }
  return [...sets]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, set]) => set)
    .slice(0, most);
}

/** As its source told it, else as it would be with any of these external labels, or with none. */
export function hasFingerprint(incident: Incident, wanted: string, externals: readonly Labels[]): boolean {
  if (incident.fingerprint !== null) return incident.fingerprint === wanted;
  const own = incident.ruleLabels ?? incident.labels;
  return [own, ownLabels(own)].some((labels) =>
    [{}, ...externals].some((more) => fingerprintOf({ ...more, ...labels }) === wanted),
  );
}
