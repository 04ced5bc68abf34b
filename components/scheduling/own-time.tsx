"use client";

import { useSyncExternalStore } from "react";

const neverChanges = () => () => undefined;
const deviceZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
const unknownZone = () => null;

/** The visitor's own zone, known in the browser only: null on the server and in the first render. */
function useDeviceZone(): string | null {
  return useSyncExternalStore(neverChanges, deviceZone, unknownZone);
}

function wallClock(instant: Date, zone: string, withDay: boolean): string {
  const options: Intl.DateTimeFormatOptions = { timeZone: zone, hour: "numeric", minute: "2-digit" };
  return new Intl.DateTimeFormat(undefined, withDay ? { ...options, weekday: "short" } : options)
    .format(instant)
    .replace(/\s([AP])M\b/, (_, half: string) => ` ${half.toLowerCase()}m`);
}

type OwnTimeProps = {
  /** ISO instant. */
  at: string;
  /** The academy's zone. */
  zone: string;
  className?: string | undefined;
  /** The time alone, where a note nearby says whose clock it is. */
  bare?: boolean;
};

/** The same instant on the visitor's own clock; nothing where both clocks agree. */
export function OwnTime({ at, zone, className, bare = false }: OwnTimeProps) {
  const own = useDeviceZone();
  const instant = new Date(at);
  if (!own || wallClock(instant, own, true) === wallClock(instant, zone, true)) return null;
  const sameDay =
    new Intl.DateTimeFormat(undefined, { timeZone: own, weekday: "short" }).format(instant) ===
    new Intl.DateTimeFormat(undefined, { timeZone: zone, weekday: "short" }).format(instant);
  return (
    <span className={className}>
      {wallClock(instant, own, !sameDay)}
      {!bare && " your time"}
    </span>
  );
}

type OwnZoneNoteProps = { zone: string; at: string };

/** Explains the second times, to those who see them. */
export function OwnZoneNote({ zone, at }: OwnZoneNoteProps) {
  const own = useDeviceZone();
  const instant = new Date(at);
  if (!own || wallClock(instant, own, true) === wallClock(instant, zone, true)) return null;
  const city = (own.split("/").at(-1) ?? own).replaceAll("_", " ");
  return <> The smaller times are on your own clock ({city}).</>;
}
