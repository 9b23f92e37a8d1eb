"use client";
/** What this browser investigated lately: parsed leads only, kept in this browser. */
import Link from "next/link";
import { useSyncExternalStore } from "react";
import styles from "@/components/home.module.css";
import { addressOfLead, printAddress } from "@/components/url-state";

const key = "throughline-recent";
const most = 12;
const listeners = new Set<() => void>();
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

function stored(): string {
  try {
    return localStorage.getItem(key) ?? "[]";
  } catch {
    return "[]";
  }
}

/** Whatever stands in the storage -> printed leads; the page that one opens reads it again. */
export function recentFrom(text: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(text);
    const leads = Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
    return leads.filter((lead) => lead !== "" && lead.length < 500).slice(0, most);
  } catch {
    return [];
  }
}

/** Puts a printed lead in front of the list. */
export function rememberLead(lead: string): void {
  const leads = [lead, ...recentFrom(stored()).filter((one) => one !== lead)].slice(0, most);
  try {
    localStorage.setItem(key, JSON.stringify(leads));
  } catch {
    // A browser that keeps nothing has no recent ones.
  }
  for (const listener of listeners) listener();
}

export function RecentLeads() {
  const leads = recentFrom(useSyncExternalStore(subscribe, stored, () => "[]"));
  if (leads.length === 0)
    return <p className={styles.quiet}>None yet. What you open is listed here, in this browser only.</p>;
  return (
    <ul className={styles.recent}>
      {leads.map((lead) => (
        <li key={lead}>
          <Link href={printAddress(addressOfLead(lead))} prefetch={false}>
            <code>{lead}</code>
          </Link>
        </li>
      ))}
    </ul>
  );
}
