"use client";
/** What this browser investigated lately, as links. */
import Link from "next/link";
import styles from "@/components/home.module.css";
import { useRecent } from "@/components/recent";
import { inZone } from "@/components/ui/zone";
import { useZoneChoice, zoneOf } from "@/components/ui/zone-choice";
import { addressOfLead, printAddress } from "@/lib/address";
import { toInstant } from "@/lib/signal/time";

export function RecentLeads() {
  const recent = useRecent();
  const { zone, name } = zoneOf(useZoneChoice(), null);
  if (recent.length === 0)
    return <p className={styles.quiet}>None yet. What you open is listed here, in this browser only.</p>;
  return (
    <ul className={styles.recent}>
      {recent.map(({ lead, environment, story, at }) => {
        const { date, clock } = inZone(toInstant(at), zone);
        const about = [environment, at === 0 ? null : `${date} ${clock.slice(0, 5)} ${name}`].filter(Boolean);
        return (
          <li key={lead}>
            <Link href={printAddress({ ...addressOfLead(lead), environment })} prefetch={false}>
              {story !== null && <b>{story}</b>}
              <code>{lead}</code>
              {about.length > 0 && <span>{about.join(" · ")}</span>}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
