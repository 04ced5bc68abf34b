import styles from "./embedded-bar.module.css";

type EmbeddedBarProps = {
  /** The academy's time in words, zone included. */
  time: string;
  /** How far the academy's clock has been moved, in words; null while it shows the real time. */
  moved: string | null;
  accounts: readonly {
    label: string;
    name: string;
    email: string;
    password: string;
    /** The account's first page. */
    home: string;
    tryThis: string;
  }[];
  links: readonly { label: string; href: string }[];
  /** Posts `email`, `password` and `callbackUrl` (the account's first page); signs in and goes there. */
  signIn: (form: FormData) => Promise<void>;
  /** Posts `advanceMs` (forward from where the clock is) or `offsetMs` (0 is the real time). */
  moveClock: (form: FormData) => Promise<void>;
};

const HOUR_MS = 3_600_000;
const steps = [
  { label: "+1 hour", ms: HOUR_MS },
  { label: "+1 day", ms: 24 * HOUR_MS },
  { label: "+1 week", ms: 7 * 24 * HOUR_MS },
];

/** Says that this is the embedded sample academy and offers its accounts, its clock and its back rooms. */
export function EmbeddedBar({ time, moved, accounts, links, signIn, moveClock }: EmbeddedBarProps) {
  return (
    <aside aria-label="Embedded sample academy">
      <details className={styles.bar}>
        <summary>
          <span className={styles.name}>Sample academy</span>
          <span className={styles.time}>{time}</span>
          {moved && <span className={styles.moved}>{moved}</span>}
          <span className={styles.open}>
            <span className={styles.whenClosed}>Accounts and clock</span>
            <span className={styles.whenOpen}>Close</span>
          </span>
        </summary>
        <div className={styles.inside}>
          <p className={styles.explained}>
            Everything here runs on this machine: sample families, a stand-in for Stripe that takes test cards
            only, and a mailbox that keeps every email. No real money moves and no email leaves.
          </p>
          <section aria-label="Sample accounts">
            <h2 className={styles.title}>Sign in as</h2>
            <ul className={styles.accounts}>
              {accounts.map((account) => (
                <li key={account.email}>
                  <form action={signIn}>
                    <input type="hidden" name="email" value={account.email} />
                    <input type="hidden" name="password" value={account.password} />
                    <input type="hidden" name="callbackUrl" value={account.home} />
                    <button type="submit" className={styles.account} title={account.tryThis}>
                      <strong>{account.label}</strong>
                      <span>{account.name}</span>
                    </button>
                  </form>
                </li>
              ))}
            </ul>
          </section>
          <section aria-label="Clock and services">
            <h2 className={styles.title}>Move the academy’s clock</h2>
            <div className={styles.clock}>
              {steps.map((step) => (
                <form action={moveClock} key={step.ms}>
                  <input type="hidden" name="advanceMs" value={step.ms} />
                  <button type="submit">{step.label}</button>
                </form>
              ))}
              {moved && (
                <form action={moveClock}>
                  <input type="hidden" name="offsetMs" value="0" />
                  <button type="submit">Back to real time</button>
                </form>
              )}
            </div>
            <p className={styles.links}>
              {links.map((link) => (
                <a href={link.href} key={link.label}>
                  {link.label}
                </a>
              ))}
            </p>
          </section>
        </div>
      </details>
    </aside>
  );
}
