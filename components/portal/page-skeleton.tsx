import styles from "./page-skeleton.module.css";

/** list: a table · cards: figures and cards · page: a page about one thing. */
type PageSkeletonProps = { kind?: "list" | "cards" | "page" };

const rows = ["a", "b", "c", "d", "e", "f"] as const;

/** The shape of a page while its data are on their way. */
export function PageSkeleton({ kind = "page" }: PageSkeletonProps) {
  return (
    <div aria-busy="true">
      <p className={styles.spoken} role="status">
        Loading
      </p>
      <div className={styles.title} />
      {kind === "cards" && (
        <div className={styles.figures}>
          {rows.slice(0, 4).map((row) => (
            <div className={styles.figure} key={row} />
          ))}
        </div>
      )}
      {kind === "list" && <div className={styles.filters} />}
      <div className={styles.block}>
        {rows.map((row) => (
          <div className={styles.row} key={row} />
        ))}
      </div>
    </div>
  );
}
