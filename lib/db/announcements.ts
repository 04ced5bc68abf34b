/** The channel on which the database announces, at each commit, that what public pages show has changed. */
export const PUBLIC_CHANGES = "open_times";

type Ear = (change: string) => void;

/** Shared by the bundles of this process. */
const holder = globalThis as typeof globalThis & { cedarEar?: Ear };

/** From now on `ear` hears this process's own changes, each before its commit returns. */
export function hearOwnChanges(ear: Ear): void {
  holder.cedarEar = ear;
}

/** A connection of the pool heard of a change. */
export function passOn(change: string): void {
  holder.cedarEar?.(change);
}
