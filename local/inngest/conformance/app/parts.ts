import type { Inngest } from "inngest";
import type { Journal } from "./journal";

/** What the functions of the app are made of. */
export type AppParts = Journal & {
  client: Inngest;
  /** An event's name, with the app's own before it: a server that others use too holds the suites apart. */
  named(name: string): string;
  isLong: boolean;
  release: number;
};

/** Notes of one case begin with its key, which its events carry. */
export function keyOf(event: { data?: unknown }): string {
  const { data } = event;
  return typeof data === "object" && data !== null && "key" in data ? String(data.key) : "";
}
