"use client";
/** Which zone the stamps are written in: UTC, the reader's, or the environment's. Remembered by this browser. */
import { useSyncExternalStore } from "react";
import { Select } from "@/components/ui/select";
import { utc, type Zone } from "@/components/ui/zone";

const choices = ["utc", "local", "environment"] as const;
export type ZoneChoice = (typeof choices)[number];

const key = "throughline-zone";
const listeners = new Set<() => void>();
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
let unsaved: string | null = null;
function read(): ZoneChoice {
  try {
    unsaved ??= localStorage.getItem(key);
  } catch {
    // A browser that keeps nothing still has UTC.
  }
  return choices.find((choice) => choice === unsaved) ?? "utc";
}
export function chooseZone(choice: ZoneChoice): void {
  unsaved = choice;
  try {
    localStorage.setItem(key, choice);
  } catch {
    // Kept for this page only.
  }
  for (const listener of listeners) listener();
}

/** The server knows no local zone, so the first render is in UTC. */
export const useZoneChoice = (): ZoneChoice => useSyncExternalStore(subscribe, read, () => "utc" as const);

export function zoneOf(choice: ZoneChoice, environmentZone: string | null): Zone {
  switch (choice) {
    case "utc":
      return utc;
    case "local":
      return named(Intl.DateTimeFormat().resolvedOptions().timeZone);
    case "environment":
      return environmentZone === null ? utc : named(environmentZone);
  }
}
const named = (zone: string): Zone => (zone === "UTC" || zone === "Etc/UTC" ? utc : { zone, name: zone });

type Option = { readonly value: ZoneChoice; readonly title: string };

/** Each zone once, whatever it is called by: UTC, the reader's, the environment's. */
export function zoneOptions(local: string, environmentZone: string | null): readonly Option[] {
  const all: readonly Option[] = [
    { value: "utc", title: "UTC" },
    { value: "local", title: local },
    ...(environmentZone === null ? [] : [{ value: "environment" as const, title: environmentZone }]),
  ];
  return all.filter(({ title }, index) => all.findIndex((other) => other.title === title) === index);
}

/** The next of them, and again from the first. */
export function nextZone(environmentZone: string | null): void {
  const options = zoneOptions(zoneOf("local", null).name, environmentZone);
  const at = options.findIndex(({ value }) => value === read());
  chooseZone(options[(Math.max(0, at) + 1) % options.length]?.value ?? "utc");
}

/** The zone is always in sight; where the environment has one of its own it can be chosen too. */
export function ZoneSelect({ environmentZone }: { readonly environmentZone: string | null }) {
  const choice = useZoneChoice();
  const local = useSyncExternalStore(
    subscribe,
    () => zoneOf("local", null).name,
    () => "UTC",
  );
  const options = zoneOptions(local, environmentZone);
  return (
    <Select
      label="Time zone"
      quiet
      value={options.some(({ value }) => value === choice) ? choice : "utc"}
      options={options}
      onChoose={(value) => chooseZone(choices.find((one) => one === value) ?? "utc")}
    />
  );
}
