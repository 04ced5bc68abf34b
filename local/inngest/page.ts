import { Hono } from "hono";
import type { Sync } from "./sync";
import type { Store } from "./unit";
export function pageRoutes(_store: Store, _sync: Sync): Hono { return new Hono(); }
