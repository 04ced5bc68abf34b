import styles from "./list-filters.module.css";

/** The browser's own date field, for an address that names a day. */
export function DateField({ name, label, value }: { name: string; label: string; value: string }) {
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={name}>
        {label}
      </label>
      <input id={name} name={name} type="date" key={value} defaultValue={value} className={styles.input} />
    </div>
  );
}
