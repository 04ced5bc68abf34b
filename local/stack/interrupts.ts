/** Signals by which a terminal, a person or another program ends a command. */
const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Within this time a further signal is taken for the same key press: a terminal sends it to npm and to us alike. */
const samePressMilliseconds = 1_500;

/**
 * Calls `onFirst` for the first such signal and `onImpatient` for a later one that is clearly a second wish.
 * Repeats of one key press, passed on by npm, are not counted.
 */
export function onInterrupt(onFirst: () => void, onImpatient: () => void): void {
  let firstAt: number | undefined;
  const interrupt = () => {
    const now = Date.now();
    if (firstAt === undefined) {
      firstAt = now;
      onFirst();
    } else if (now - firstAt > samePressMilliseconds) {
      onImpatient();
    }
  };
  for (const signal of endingSignals) {
    process.on(signal, interrupt);
  }
  // The step that started us (bootstrap.mjs) may be killed without a chance to tell.
  const parent = Number(process.env.STACK_PARENT_PID);
  if (!parent || process.ppid !== parent) return;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    interrupt();
  }, 500);
  watch.unref();
}
