import styles from "./skip-link.module.css";

/** The first stop of the Tab key: past the header, to `#main`. */
export function SkipLink() {
  return (
    <a className={styles.skip} href="#main">
      Skip to the content
    </a>
  );
}
