import styles from "./meter.module.css";

type MeterProps = {
  /** What is measured, for those who do not see the bar. */
  label: string;
  /** Share of the whole, from 0; more than 1 is drawn full. */
  share: number;
  /** What the bar says in words. */
  words: string;
};

/** How full something is. */
export function Meter({ label, share, words }: MeterProps) {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <div className={styles.meter}>
      <meter
        className={styles.spoken}
        min={0}
        max={100}
        value={percent}
        aria-label={label}
        aria-valuetext={words}
      />
      <div className={`${styles.bar} ${share >= 0.9 ? styles.full : ""}`} style={{ width: `${percent}%` }} />
    </div>
  );
}
