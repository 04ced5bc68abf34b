import { CedarMark } from "./cedar-mark";
import styles from "./wordmark.module.css";

/** The mark and the name. */
export function Wordmark({ size = 34 }: { size?: number }) {
  return (
    <span className={styles.wordmark}>
      <CedarMark size={size} />
      Cedar Heights
    </span>
  );
}
