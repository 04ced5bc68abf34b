import type { AppClient } from "./app-call";
import { scheduleCrons } from "./cron";
import { isDatabaseAway } from "./database";
import { saveFunctions } from "./functions";
import { describeError, type Log } from "./log";
import { canonical, registerSchema } from "./protocol";
import { isSignatureValid } from "./signature";
import type { Store } from "./unit";

/** The app is asked for its functions this often, and more often while it is away, as when it restarts. */
const POLL_MS = 5_000;
const POLL_AWAY_MS = 1_000;
const TIMEOUT_MS = 60_000;

type SyncState = { appUrl: string; syncedAt: Date | undefined; problem: string | undefined };

type SyncParts = { store: Store; app: AppClient; appUrl: string; signingKey: string; log: Log };

/** Keeps the registry like the app: asks at boot and then again and again, and takes what the app pushes. */
export class Sync {
  readonly #parts: SyncParts;
  readonly state: SyncState;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(parts: SyncParts) {
    this.#parts = parts;
    this.state = { appUrl: parts.appUrl, syncedAt: undefined, problem: undefined };
  }

  /** Asks once, then keeps asking. Never throws: an app that is down is asked again. */
  async start(): Promise<void> {
    await this.#poll();
    const pauseMs = this.state.syncedAt && !this.state.problem ? POLL_MS : POLL_AWAY_MS;
    if (!this.#stopped) this.#timer = setTimeout(() => void this.start(), pauseMs);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Registers what an app says of itself. Throws a ZodError on another body. True when something changed. */
  async register(body: unknown): Promise<boolean> {
    const { store } = this.#parts;
    const { appId, functions } = registerSchema.parse(body);
    const changed = await saveFunctions(store.sql, appId, functions, store.now());
    await this.reload();
    return changed;
  }

  /** Takes over what the table says, which another executor may have changed. */
  async reload(): Promise<void> {
    const { store, log } = this.#parts;
    if (!(await store.registry.load(store.sql))) return;
    await scheduleCrons(store);
    log("info", "functions.synced", { functions: store.registry.all.map((fn) => fn.id) });
    for (const refused of store.registry.refused) {
      log("error", "function.refused", { fn: refused.id, reasons: refused.reasons });
    }
  }

  async #poll(): Promise<void> {
    const { store, log } = this.#parts;
    try {
      await this.#pull();
      if (this.state.problem) log("info", "sync.recovered");
      this.state.problem = undefined;
      this.state.syncedAt = store.now();
    } catch (error) {
      // Without the database the worker reports; it says nothing about the app.
      if (isDatabaseAway(error)) return;
      const { error: problem } = describeError(error);
      if (problem !== this.state.problem && !this.#stopped) log("warn", "sync.failed", { problem });
      this.state.problem = problem;
      await this.reload().catch((reason: unknown) => {
        if (!isDatabaseAway(reason)) log("error", "sync.failed", describeError(reason));
      });
    }
  }

  async #pull(): Promise<void> {
    const { app, appUrl, signingKey } = this.#parts;
    const headers = { "x-inngest-sync-kind": "in_band" };
    const body = canonical({ url: appUrl });
    const answer = await app.call("PUT", new URL(appUrl), body, headers, TIMEOUT_MS);
    if (answer.status !== 200) throw new Error(`The app answered the sync with HTTP ${answer.status}`);
    // An app that does not sync in band has just called /fn/register instead.
    if (answer.headers["x-inngest-sync-kind"] !== "in_band") return;
    const signature = answer.headers["x-inngest-signature"];
    if (!isSignatureValid(typeof signature === "string" ? signature : undefined, answer.body, signingKey)) {
      throw new Error("The app's answer to the sync carries no valid signature; is the SDK in dev mode?");
    }
    await this.register(JSON.parse(answer.body));
  }
}
